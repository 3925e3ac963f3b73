/** How long the app waits for what. Tests shorten it. */

export interface HttpTimings {
  /** Milliseconds between two comments in a stream; most proxies cut at 60 s, some at 15 s. */
  readonly keepAliveMs: number;
  /** Milliseconds between two comments that say how far a stream is which has said nothing yet. */
  readonly progressMs: number;
  /** Milliseconds a client may leave its stream unread before it is given up. */
  readonly stallMs: number;
  /** Milliseconds an event stream waits for its turn before it sends headers; errors until then have their status. */
  readonly startedWaitMs: number;
  /**
   * Milliseconds a request of another API than LocalLab's waits for the load of its model before it is sent away with
   * Retry-After: clients give up at some minute of silence, and ask again by themselves.
   */
  readonly loadWaitMs: number;
  /** Milliseconds the rest of a refused body is read and thrown away, so that the client gets to read the refusal. */
  readonly drainMs: number;
}

export const defaultTimings: HttpTimings = {
  keepAliveMs: 10_000,
  progressMs: 250,
  stallMs: 30_000,
  startedWaitMs: 2_000,
  loadWaitMs: 60_000,
  drainMs: 3_000,
};
