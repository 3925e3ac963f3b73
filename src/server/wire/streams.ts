/** What crosses the wire about streams that outlive their connection. */

/** A stream whose request said `X-LocalLab-Resume`. */
export interface StreamEntry {
  /** As in the header `X-LocalLab-Stream`. */
  id: string;
  /** Id of the request that began it. */
  request_id: string;
  /** "POST /chat" and the like. */
  route: string;
  /** "ended": its last event is there to be read. */
  state: "running" | "ended";
  /** Whether a connection reads it now. */
  is_read: boolean;
  /** Number of the oldest event that can still be read. */
  first_event: number;
  /** Number of the event that comes next: as many as there were, from 0. */
  next_event: number;
  /** ISO 8601. */
  started_at: string;
  /** Until when it is kept, ISO 8601; null while it is read and runs. */
  kept_until: string | null;
}

/** Answer of `GET /v1/streams`: those of the key that asks, oldest first. */
export interface StreamList {
  streams: StreamEntry[];
}

/** Answer of `DELETE /v1/streams/{id}`. */
export interface EndedStream {
  id: string;
  ended: true;
}
