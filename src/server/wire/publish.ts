/** What crosses the wire about the public address of a lab. For the owner's key only. */
import type { PassEntry, PassScope } from "./passes.js";

/** Body of `POST /publish`. Every field may be left out. */
export interface PublishRequest {
  /** The ngrok authtoken. Default: where the server finds one. Never told again. */
  authtoken?: string | null;
  /** The domain, such as "lab.ngrok-free.app". Default: ngrok's choice, on the free plan always the same. */
  domain?: string | null;
  /** Ids of the models that visitors may use, 1 to 16; they stay in memory meanwhile. Default: the loaded one. */
  models?: string[] | null;
  /** How long: seconds, or "90s", "8h", "2d"; 1 second to 30 days. Default "8h". */
  expires_in?: number | string | null;
  /** What the publication's own key may do: 1 to 2 of "infer", "manage". Default ["infer"]. */
  scopes?: Exclude<PassScope, "owner">[] | null;
  /** Origins of web pages that may call the lab ("https://app.example"), up to 32. Default none. */
  origins?: string[] | null;
  /** Addresses or networks that alone may come in, up to 256. */
  allow_cidrs?: string[] | null;
  /** Addresses or networks that may not come in, up to 256. */
  deny_cidrs?: string[] | null;
  /** A traffic policy of ngrok's, as an object or as JSON or YAML text; handed on unchecked. */
  traffic_policy?: { [name: string]: unknown } | string | null;
  /** Text shown beside the endpoint in ngrok's dashboard, up to 4096 bytes. */
  metadata?: string | null;
  /** "host:port" of another ingress than ngrok's own. Default: the server's setting. */
  server_addr?: string | null;
  /** Path of the certificates (PEM) that ingress is checked against, on the server's machine. */
  ca_file?: string | null;
}

/**
 * "offline": not published. "connecting": the tunnel is being opened. "checking": the lab tries its own public
 * address, which it does not show yet. "online": published. "reconnecting": was online and comes back by itself.
 * "closing": the last requests finish. "failed": given up; `problem` says why.
 */
export type PublicationState = "offline" | "connecting" | "checking" | "online" | "reconnecting" | "closing" | "failed";

/** Answer of `GET /publish` and `DELETE /publish`. */
export interface Publication {
  state: PublicationState;
  /** The public address, without a slash at the end; null unless published. Kept while reconnecting. */
  url: string | null;
  /** Ids of the models that the publication's own key may use; none unless published. */
  models: string[];
  /** When `state` was entered, ISO 8601. */
  since: string;
  /** When it ends by itself, ISO 8601; null unless published. */
  expires_at: string | null;
  /** How often the tunnel came back by itself. */
  reconnects: number;
  /** Round trip to ngrok in milliseconds; null when not measured. */
  latency_ms: number | null;
  /** Why it is not online, or why it last ended; null when there is nothing to say. */
  problem: { code: string; message: string } | null;
  /** What went through since it was published, self-check included. */
  traffic: { requests: number; bytes_sent: number };
  /** Who may come in and what they used: the publication's own key, then the passes. */
  keys: PassEntry[];
}

/** Answer of `POST /publish`. */
export interface PublishResponse extends Publication {
  /** false: it was published already, and the options of this request changed nothing. */
  is_new: boolean;
  /** The key that was made because the server has none, told this one time; null otherwise. */
  key: string | null;
  /** One sentence for each thing worth knowing. */
  warnings: string[];
}
