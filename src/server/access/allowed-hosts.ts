/**
 * Which names the server answers to.
 *
 * A page on the internet can make its own name point at this machine (DNS rebinding); its `Host` header gives it away.
 */
import { isIP } from "node:net";
import { hostname } from "node:os";
import type { Settings } from "../settings/read-settings.js";

/** Addresses that mean "every address of this machine". */
const wildcards: readonly string[] = ["0.0.0.0", "::"];

export class AllowedHosts {
  readonly #names: ReadonlySet<string>;
  readonly #anyAddress: boolean;

  constructor(settings: Pick<Settings, "host" | "allowedHosts">) {
    // an address cannot be rebound, only a name can: a server that listens everywhere may be called by any of them
    this.#anyAddress = wildcards.includes(settings.host);
    const own = this.#anyAddress ? [hostname()] : [settings.host];
    this.#names = new Set([...own, ...settings.allowedHosts].map((name) => name.toLowerCase()));
  }

  /** Whether a `Host` header (name or address, with or without port) is one of ours. */
  allows(header: string | undefined): boolean {
    const name = hostName(header ?? "");
    return name !== undefined && (isLoopback(name) || this.#names.has(name) || (this.#anyAddress && isIP(name) !== 0));
  }

  /**
   * Whether the page that sent this `Origin` header came from this very server: the name and the port that the request
   * went to. Another port of the same machine is another program, with pages of its own.
   */
  allowsOrigin(origin: string, host: string): boolean {
    const [, scheme, from] = /^(https?):\/\/([^/?#]*)$/i.exec(origin) ?? [];
    if (scheme === undefined || from === undefined || !this.allows(from)) return false;
    const port = scheme.toLowerCase() === "https" ? ":443" : ":80";
    const whole = (name: string): string => (/:\d+$/.test(name) ? name : `${name}${port}`).toLowerCase();
    return whole(from) === whole(host);
  }
}

/** True for names and addresses that reach this machine only. Source: RFC 6761 for "localhost", RFC 1122 for 127/8. */
export function isLoopback(name: string): boolean {
  return name === "localhost" || name === "::1" || (isIP(name) === 4 && name.startsWith("127."));
}

/** The name in `name`, `name:port`, `[address]` or `[address]:port`, in lower case; undefined for anything else. */
function hostName(header: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+?)\.?)(?::\d{1,5})?$/i.exec(header);
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}
