/**
 * The messages between the server and the tunnel process.
 *
 * Types only: both sides are ours. The authtoken travels here and nowhere else: arguments and environment of a
 * process can be read by others.
 */

/** What the tunnel process needs for its one session. */
export interface OpenTunnel {
  readonly authtoken: string;
  /** Of this package, as ngrok's dashboard shows it. */
  readonly version: string;
  /** "http://127.0.0.1:PORT" or "unix:/path". */
  readonly target: string;
  /** The domain to ask for; undefined lets ngrok choose. */
  readonly domain: string | undefined;
  readonly allowCidrs: readonly string[];
  readonly denyCidrs: readonly string[];
  /** JSON or YAML, as ngrok takes it. */
  readonly trafficPolicy: string | undefined;
  readonly metadata: string | undefined;
  /** "host:port" of another ingress than ngrok's own. */
  readonly serverAddr: string | undefined;
  /** Certificates, PEM, that the ingress is checked against instead of ngrok's own. */
  readonly caPem: string | undefined;
  readonly heartbeat: Heartbeat;
}

/** How a dead connection is noticed. Source of the range: ngrok refuses intervals under a second (ERR_NGROK_111). */
export interface Heartbeat {
  /** Seconds between two heartbeats. */
  readonly intervalSeconds: number;
  /** Seconds an answer may take. */
  readonly toleranceSeconds: number;
}

export type ToTunnelAgent =
  | { readonly type: "open"; readonly request: OpenTunnel }
  /** Take no new requests; those under way go on. Answered by `unbound`. */
  | { readonly type: "unbind" }
  /** Answered by `pong`, by a process that does not hang. */
  | { readonly type: "ping" }
  | { readonly type: "exit" };

export type FromTunnelAgent =
  | { readonly type: "online"; readonly url: string }
  | { readonly type: "latency"; readonly ms: number }
  | { readonly type: "unbound" }
  | { readonly type: "pong" }
  | AgentTrouble;

/** The last thing a tunnel process says before it ends by itself. */
export interface AgentTrouble {
  readonly type: "trouble";
  /** "ERR_NGROK_n" or one of ours; undefined when only the text tells. */
  readonly code: string | undefined;
  /** Not redacted: it may hold the authtoken. */
  readonly text: string;
}
