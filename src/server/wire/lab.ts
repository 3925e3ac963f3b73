/** What crosses the wire about the life of a server that a notebook started. For the owner's key only. */

/** Body of `POST /stop`. */
export interface StopRequest {
  /** Seconds that running requests get to finish, 0 to 3600. Default 10. */
  drain_seconds?: number | null;
}

/** Answer of `POST /stop`, sent once everything but the server's own process has ended. */
export interface StopResponse {
  status: "stopped";
  /** The server's process, which ends right after this answer. */
  pid: number;
  /** Where it listened. */
  url: string;
  /** Id of the model that was unloaded; null when none was loaded. */
  model_id: string | null;
  /** The public address that was closed; null when the lab was not published. */
  public_url: string | null;
  /** Memory the engine held, in bytes; 0 when none was loaded. */
  freed_bytes: number;
  /** Requests that were cancelled because they did not finish in time. */
  cancelled_requests: number;
  uptime_seconds: number;
}

/**
 * One event of `GET /attach`, as standard SSE. The connection itself is what holds the server; it ends when the
 * server does.
 */
export interface AttachEvent {
  /** The server's process. */
  pid: number;
  version: string;
  /** How many kernels hold the server, this one included. */
  holders: number;
}
