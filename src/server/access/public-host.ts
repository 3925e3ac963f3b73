/** The one name the published listener answers to: that of the tunnel, which may change while it is open. */
import type { HostRules } from "./listener-access.js";

export class PublicHost implements HostRules {
  /** Origins of pages that may use the published listener; none unless named. */
  readonly origins: ReadonlySet<string>;
  #url: URL | undefined;

  constructor(origins: readonly string[] = []) {
    this.origins = new Set(origins);
  }

  /** The public address from now on. */
  follow(url: string): void {
    this.#url = new URL(url);
  }

  allows(header: string | undefined): boolean {
    if (this.#url === undefined || header === undefined) return false;
    const name = header.toLowerCase();
    const port = this.#url.protocol === "https:" ? 443 : 80;
    return name === this.#url.host || (this.#url.port === "" && name === `${this.#url.host}:${port}`);
  }

  allowsOrigin(origin: string): boolean {
    return this.origins.has(origin) || (this.#url !== undefined && origin === this.#url.origin);
  }
}
