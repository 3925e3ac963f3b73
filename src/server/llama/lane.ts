import type { Token } from "node-llama-cpp";
import { Deferred } from "../async/deferred.js";
import type { LaneState } from "./compose-step.js";
import type { NativeSampler, Rows } from "./native-context.js";
import type { Slot } from "./slots.js";

/** A prompt to be read and answered. */
export interface LaneTask {
  /** What it holds is a beginning of the prompt, and shorter. */
  readonly slot: Slot;
  readonly prompt: readonly Token[];
  readonly sampler: NativeSampler;
  readonly signal: AbortSignal;
  /**
   * Takes the token that the model chose. Returns what is to be computed next, the token first; null when it was the last.
   * What follows the token is taken as said by the model without asking it.
   */
  readonly take: (token: Token) => readonly Token[] | null;
}

/** One sequence at work in the step loop. */
export class Lane implements LaneState {
  readonly readAtArrival: number;
  readonly slot: Slot;
  readonly sampler: NativeSampler;
  /** Resolves, or rejects, once nothing of it is computed any more. */
  readonly over: Promise<void>;
  readonly #task: LaneTask;
  #waiting: readonly Token[];
  #isReading = true;
  #isOver = false;
  readonly #over = new Deferred<void>();

  constructor(task: LaneTask, readAtArrival: number) {
    this.#task = task;
    this.slot = task.slot;
    this.sampler = task.sampler;
    this.readAtArrival = readAtArrival;
    this.#waiting = task.prompt.slice(task.slot.tokens.length);
    this.over = this.#over.promise;
  }

  get isReading(): boolean {
    return this.#isReading;
  }

  get position(): number {
    return this.slot.tokens.length;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether it needs no step any more; ends it when its signal aborted. */
  isOver(): boolean {
    if (!this.#isOver && this.#task.signal.aborted) this.#end();
    return this.#isOver;
  }

  /** Its rows for a step that takes so many tokens of it. */
  next(tokens: number): Rows {
    return {
      sequenceId: this.slot.id,
      position: this.position,
      tokens: this.#waiting.slice(0, tokens),
      sampled: tokens === this.#waiting.length ? 1 : 0,
    };
  }

  /** They are in the sequence now. Returns how many of them were of the prompt. */
  computed(tokens: readonly Token[], pieceTokens: number): number {
    const { slot } = this;
    const isWhole = this.#isReading && tokens.length === pieceTokens && slot.tokens.length === slot.wholeTokens;
    for (const token of tokens) slot.tokens.push(token);
    if (isWhole) slot.wholeTokens = slot.tokens.length;
    this.#waiting = this.#waiting.slice(tokens.length);
    const read = this.#isReading ? tokens.length : 0;
    if (this.#waiting.length === 0) this.#isReading = false;
    return read;
  }

  /** The token that the model chose, or why it chose none. */
  take(outcome: Token | Error): void {
    if (outcome instanceof Error) {
      this.fail(outcome);
      return;
    }
    // chosen before the cancel came, but nobody waits for it any more
    if (this.isOver()) return;
    try {
      const next = this.#task.take(outcome);
      if (next === null) this.#end();
      else this.#waiting = next;
    } catch (error) {
      this.fail(error);
    }
  }

  fail(error: unknown): void {
    this.#isOver = true;
    this.#over.reject(error);
  }

  #end(): void {
    this.#isOver = true;
    this.#over.resolve();
  }
}
