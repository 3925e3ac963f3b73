/** What a generation fails with when it is ended from outside. */
import { LabError } from "../errors.js";

/** Why a generation was ended from outside. `client` means that the client has gone. */
export type CancelReason = "client" | "request" | "shutdown";

export function cancelError(reason: CancelReason): LabError {
  if (reason === "shutdown") {
    return new LabError("shutting_down", "The server is stopping. Send the request again once it is back.", {
      retryAfterSeconds: 5,
    });
  }
  return new LabError("request_cancelled", "The request was cancelled before it was finished.");
}

/** `maxTimeMs` ran out while `loading` loaded, or in the queue when that is null, before the prompt was read. No Retry-After: sent again as it is, it would end the same way. */
export function queueTimeoutError(maxTimeMs: number, loading: string | null): LabError {
  const where = loading === null ? "while the request waited for a slot" : `while "${loading}" was loading`;
  return new LabError(
    "queue_timeout",
    `max_time of ${maxTimeMs / 1000} s ran out ${where}. Send the request with a larger max_time, or when less is waiting.`,
  );
}
