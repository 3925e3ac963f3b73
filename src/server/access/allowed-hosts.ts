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
  readonly #patterns: readonly string[];
  readonly #anyAddress: boolean;

  constructor(settings: Pick<Settings, "host" | "allowedHosts">) {
    // an address cannot be rebound, only a name can: a server that listens everywhere may be called by any of them
    this.#anyAddress = wildcards.includes(settings.host);
    const own = this.#anyAddress ? [hostname()] : [settings.host];
    const names = [...own, ...settings.allowedHosts].map((name) => name.toLowerCase());
    this.#names = new Set(names);
    this.#patterns = names.filter((name) => name.includes("*"));
  }

  /** Whether a `Host` header (name or address, with or without port) is one of ours. */
  allows(header: string | undefined): boolean {
    const name = hostName(header ?? "");
    if (name === undefined) return false;
    if (isLoopback(name) || this.#names.has(name) || (this.#anyAddress && isIP(name) !== 0)) return true;
    return this.#patterns.some((pattern) => matches(pattern, name));
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

/** Whether a name with one star in it, which stands for any text, is this name. */
function matches(pattern: string, name: string): boolean {
  const [start = "", end = ""] = pattern.split("*");
  return name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end);
}

/**
 * Whether a name with a star stands for names of everybody's: "*", "*.org". Behind the star a whole domain must stand,
 * as in "*.hub.example.org", whose names a stranger's page cannot have.
 */
export const isAnyonesName = (name: string): boolean => name.includes("*") && !/\*.*\.[^.]+\.[^.]+$/.test(name);

/** True for names and addresses that reach this machine only. Source: RFC 6761 for "localhost", RFC 1122 for 127/8. */
export function isLoopback(name: string): boolean {
  return name === "localhost" || name === "::1" || (isIP(name) === 4 && name.startsWith("127."));
}

/** The name in `name`, `name:port`, `[address]` or `[address]:port`, in lower case; undefined for anything else. */
function hostName(header: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+?)\.?)(?::\d{1,5})?$/i.exec(header);
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}
