import type { Failed, Finished, Progress, Started, Step } from "../engine/local/messages.js";

/**
 * Milliseconds after the decoder got its next batch at which the last step's message leaves.
 *
 * The receiver wakes up on a core that decode threads need; right at the hand-over those threads are just being
 * made, and one that lands on a busy core holds all others up. A little later costs them little. Measured: one
 * stream of a 135M model with as many threads as cores gains a fifth to a half over sending at once.
 */
const sendDelayMs = 2;

/** Longest that anything waits when no batch follows soon, as while a long piece of prompt is being read. */
const longestDelayMs = 20;

/** Milliseconds between two words about how much of a prompt is read: nobody looks more often. */
const readPauseMs = 100;

/** Gathers what happens in one decoding step for all slots and sends it as one message. */
export class StepOutbox {
  readonly #send: (step: Step) => void;
  #started: Started[] = [];
  readonly #read = new Map<number, number>();
  #readAt = 0;
  #pieces: Progress[] = [];
  #finished: Finished[] = [];
  #failed: Failed[] = [];
  #timer: NodeJS.Timeout | null = null;
  #leavesSoon = false;

  constructor(send: (step: Step) => void) {
    this.#send = send;
  }

  started(event: Started): void {
    this.#started.push(event);
    this.#arm();
  }

  /** So many tokens of a prompt are read; told now and then. */
  read(id: number, tokens: number): void {
    const now = performance.now();
    if (now - this.#readAt < readPauseMs) return;
    this.#readAt = now;
    this.#read.set(id, tokens);
    this.#arm();
  }

  piece(event: Progress): void {
    const at = this.#pieces.findLastIndex(({ id }) => id === event.id);
    const earlier = this.#pieces[at];
    if (earlier !== undefined && isSameKind(earlier, event)) this.#pieces[at] = joined(earlier, event);
    else this.#pieces.push(event);
    this.#arm();
  }

  finished(event: Finished): void {
    this.#finished.push(event);
    this.#arm();
  }

  failed(event: Failed): void {
    this.#failed.push(event);
    this.#arm();
  }

  /** The decoder got its next batch. */
  batchHandedOver(): void {
    if (this.#timer === null || this.#leavesSoon) return;
    clearTimeout(this.#timer);
    this.#leavesSoon = true;
    this.#timer = setTimeout(() => this.flush(), sendDelayMs);
  }

  /** Sends at once what there is; called when nothing runs any more. */
  flush(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#leavesSoon = false;
    const step: Step = {
      type: "step",
      ...(this.#started.length > 0 && { started: this.#started }),
      ...(this.#read.size > 0 && { read: [...this.#read].map(([id, tokens]) => ({ id, tokens })) }),
      ...(this.#pieces.length > 0 && { pieces: this.#pieces }),
      ...(this.#finished.length > 0 && { finished: this.#finished }),
      ...(this.#failed.length > 0 && { failed: this.#failed }),
    };
    this.#started = [];
    this.#read.clear();
    this.#pieces = [];
    this.#finished = [];
    this.#failed = [];
    this.#send(step);
  }

  #arm(): void {
    this.#timer ??= setTimeout(() => this.flush(), longestDelayMs);
  }
}

/** A thought, an answer and each call stay pieces of their own; one that only counts goes with any. */
function isSameKind(earlier: Progress, event: Progress): boolean {
  const isCount = event.text === "" && event.reasoning === undefined && event.call === undefined;
  const isSameThought = (earlier.reasoning === undefined) === (event.reasoning === undefined);
  return isCount || (isSameThought && earlier.call?.index === event.call?.index);
}

/** One piece of two of the same request. */
function joined(earlier: Progress, event: Progress): Progress {
  return {
    ...event,
    text: earlier.text + event.text,
    ...(earlier.reasoning !== undefined && { reasoning: earlier.reasoning + (event.reasoning ?? "") }),
    ...(earlier.call && {
      call: { ...earlier.call, arguments: earlier.call.arguments + (event.call?.arguments ?? "") },
    }),
    ...((earlier.scores ?? event.scores) && { scores: [...(earlier.scores ?? []), ...(event.scores ?? [])] }),
  };
}
