import type { Token } from "node-llama-cpp";
import { Deferred } from "../async/deferred.js";
import type { LaneState } from "./compose-step.js";
import { afterDraft, draftTokens, firstDraftState } from "./draft-tokens.js";
import type { Rows } from "./native-context.js";
import type { Slot } from "./slots.js";

/** A prompt to be read and answered. */
export interface LaneTask {
  /** What it holds is a beginning of the prompt, and shorter. */
  readonly slot: Slot;
  readonly prompt: readonly Token[];
  /** The token that follows a row of the last step; null where the model gives none. Rows are asked for in their order. */
  readonly choose: (row: number) => Promise<Token | null>;
  readonly signal: AbortSignal;
  /**
   * Takes the token that the model chose. Returns what is to be computed next, the token first; null when it was the last.
   * What follows the token is taken as said by the model without asking it.
   */
  readonly take: (token: Token) => readonly Token[] | null;
  /** Hears how many tokens of the prompt are read. */
  readonly onRead?: (tokens: number) => void;
  /** Tokens that the sequence has room for, where what follows may be guessed; null where it may not. */
  readonly draftRoom: number | null;
}

/** Tokens that were guessed, and how many of them were right. */
export interface Guesses {
  readonly draftTokens: number;
  readonly acceptedTokens: number;
}

/**
 * Sequences at work beside which guesses pay: with more, a guessed row costs what a row costs, and a wrong one is lost. Measured on
 * 2 cores: guesses took a tenth of the tokens a second from 8 and 16 streams.
 */
const mostLanesToGuess = 2;

/** One sequence at work in the step loop. */
export class Lane implements LaneState {
  readonly readAtArrival: number;
  readonly slot: Slot;
  readonly choose: LaneTask["choose"];
  /** Resolves, or rejects, once nothing of it is computed any more. */
  readonly over: Promise<Guesses>;
  readonly #task: LaneTask;
  #waiting: readonly Token[];
  #drafts: readonly Token[] = [];
  #drafting = firstDraftState;
  #draftTokens = 0;
  #acceptedTokens = 0;
  #isReading = true;
  #isOver = false;
  readonly #over = new Deferred<Guesses>();

  constructor(task: LaneTask, readAtArrival: number) {
    this.#task = task;
    this.slot = task.slot;
    this.choose = task.choose;
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

  get drafted(): number {
    return this.#drafts.length;
  }

  /** Whether it needs no step any more; ends it when its signal aborted. */
  isOver(): boolean {
    if (!this.#isOver && this.#task.signal.aborted) this.#end();
    return this.#isOver;
  }

  /** Its rows for a step that takes so many tokens of it, guesses included. */
  next(tokens: number): Rows {
    const { position } = this;
    const sequenceId = this.slot.id;
    if (this.#drafts.length > 0) {
      this.#drafts = this.#drafts.slice(0, tokens - 1);
      return { sequenceId, position, tokens: [...this.#waiting, ...this.#drafts], sampled: tokens };
    }
    const sampled = tokens === this.#waiting.length ? 1 : 0;
    return { sequenceId, position, tokens: this.#waiting.slice(0, tokens), sampled };
  }

  /** So many of its waiting tokens are in the sequence now. Returns how many of them were of the prompt. */
  computed(tokens: number, pieceTokens: number): number {
    const { slot } = this;
    const isWhole = this.#isReading && tokens === pieceTokens && slot.tokens.length === slot.wholeTokens;
    for (const token of this.#waiting.slice(0, tokens)) slot.tokens.push(token);
    if (isWhole) slot.wholeTokens = slot.tokens.length;
    this.#waiting = this.#waiting.slice(tokens);
    const read = this.#isReading ? tokens : 0;
    if (this.#isReading) this.#task.onRead?.(slot.tokens.length);
    if (this.#waiting.length === 0) this.#isReading = false;
    return read;
  }

  /**
   * The token that the model chose after the `index`th of the step's sampled rows, or why it chose none. True when the next
   * row holds just that token, so that it is the next to be asked.
   */
  take(outcome: Token | Error, index: number): boolean {
    if (outcome instanceof Error) {
      this.fail(outcome);
      return false;
    }
    // chosen before the cancel came, but nobody waits for it any more
    if (this.isOver()) return false;
    try {
      const next = this.#task.take(outcome);
      if (next === null) this.#end();
      else this.#waiting = next;
    } catch (error) {
      this.fail(error);
    }
    const isRight = !this.#isOver && this.#waiting.length === 1 && this.#drafts[index] === outcome;
    if (isRight) this.computed(1, 0);
    return isRight;
  }

  /**
   * The step is over, `accepted` guesses were right: guesses anew, unless `lanes` are so many that a step has enough rows
   * to share its work already. Returns whether the sequence holds wrong ones.
   */
  settle(accepted: number, lanes = 1): boolean {
    const drafted = this.#drafts.length;
    this.#draftTokens += drafted;
    this.#acceptedTokens += accepted;
    this.#drafting = afterDraft(this.#drafting, drafted, accepted);
    this.#drafts = lanes > mostLanesToGuess ? [] : this.#guess();
    return accepted < drafted;
  }

  #guess(): Token[] {
    const { draftRoom, slot } = this.#task;
    const { length, pause } = this.#drafting;
    const [next] = this.#waiting;
    if (draftRoom === null || pause > 0 || this.#isOver || next === undefined || this.#waiting.length > 1) return [];
    return draftTokens(slot.tokens, next, Math.min(length, draftRoom - slot.tokens.length - 1));
  }

  fail(error: unknown): void {
    this.#isOver = true;
    this.#over.reject(error);
  }

  #end(): void {
    this.#isOver = true;
    this.#over.resolve({ draftTokens: this.#draftTokens, acceptedTokens: this.#acceptedTokens });
  }
}
