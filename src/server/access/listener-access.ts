/** What a listener asks before it looks for a route. */
import type { IncomingHttpHeaders } from "node:http";
import type { Identity } from "./identity.js";

export interface HostRules {
  /** Whether a `Host` header (name or address, with or without port) is one of ours. */
  allows(header: string | undefined): boolean;
  /**
   * Whether the page that sent this `Origin` header may change something here; `host` is the request's `Host` header.
   * "null" is no page of ours.
   */
  allowsOrigin(origin: string, host: string): boolean;
}

export interface ListenerAccess {
  readonly hosts: HostRules;
  /** Whose request this is. Refuses with `missing_api_key` or `invalid_api_key`. */
  identify(headers: IncomingHttpHeaders): Identity;
}
