/** What is known of a tunnel at a moment. */
import type { TunnelProblem } from "./tunnel-error.js";

/**
 * "offline": not asked for, or closed. "connecting": never online yet. "online": visitors reach the server.
 * "reconnecting": was online and comes back. "failed": given up; `problem` says why.
 */
export type TunnelState = "offline" | "connecting" | "online" | "reconnecting" | "failed";

export interface TunnelStatus {
  readonly state: TunnelState;
  /** The public address, without a slash at the end; kept while reconnecting. */
  readonly url: string | undefined;
  /** When `state` was entered, ISO 8601. */
  readonly since: string;
  /** How often it came back since it was opened. */
  readonly reconnects: number;
  /** Round trip of the last heartbeat to ngrok. */
  readonly latencyMs: number | undefined;
  /** Why it is not online, or why it last was not. Gone as soon as it is online. */
  readonly problem: TunnelProblem | undefined;
}

/** A status that has just been entered, with nothing to tell yet. */
export function newStatus(state: TunnelState): TunnelStatus {
  const since = new Date().toISOString();
  return { state, url: undefined, since, reconnects: 0, latencyMs: undefined, problem: undefined };
}
