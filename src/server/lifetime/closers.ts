/** What was opened, closed in reverse: when a start fails half-way, and at the end. */
import { messageOf } from "../async/message-of.js";
import { TimeoutError, within } from "../async/within.js";
import type { Log } from "../log.js";

interface Closer {
  /** What is closed, for the log: "the model". */
  readonly what: string;
  /** Milliseconds it may take, beyond what running requests are given. */
  readonly withinMs: number;
  readonly close: (drainSeconds: number) => unknown;
  /** Called when that took longer. */
  readonly force?: (() => void) | undefined;
}

/** Milliseconds that closing one thing may take by default. */
const usualMs = 2000;

export class Closers {
  readonly #closers: Closer[] = [];

  /** `close` gets the seconds that running requests are given. Call it in the step that opens something. */
  add(
    what: string,
    close: Closer["close"],
    { withinMs = usualMs, force }: { readonly withinMs?: number; readonly force?: () => void } = {},
  ): void {
    this.#closers.push({ what, close, withinMs, force });
  }

  /**
   * Closes the last first, each thing once. Never rejects and never waits for longer than was said: what fails or is late
   * is a line in the log and left behind.
   */
  async close(drainSeconds: number, log: Pick<Log, "error">): Promise<void> {
    for (let closer = this.#closers.pop(); closer !== undefined; closer = this.#closers.pop()) {
      const { what, withinMs, close, force } = closer;
      try {
        await within(drainSeconds * 1000 + withinMs, what, async () => close(drainSeconds));
      } catch (error) {
        log.error(`${what} could not be closed`, { reason: messageOf(error), error });
        if (error instanceof TimeoutError) force?.();
      }
    }
  }
}
