/** A batch under way: what has ended so far, and how far it is. */
import type { BatchAnswer, BatchEntry, BatchPrompt } from "./answer.js";
import { BatchAnswers } from "./batch-answers.js";
import { type Ongoing, type OngoingOptions, OngoingWork } from "./ongoing.js";

/** A batch under way. Await it for all its answers, or cancel it; those that are there stay. Shows its progress. */
export interface OngoingBatch extends Ongoing<BatchAnswer> {
  /** The answers so far, in the order of the prompts. */
  readonly answers: BatchAnswer;
  /** How many prompts have ended. */
  readonly done: number;
  /** How many prompts there are. */
  readonly total: number;
}

/** Brings each entry to `ended` as it comes, in any order. */
export type BatchWay = (ended: (entry: BatchEntry) => void, signal: AbortSignal) => Promise<void>;

export class BatchWork extends OngoingWork<BatchAnswer> implements OngoingBatch {
  readonly prompts: readonly BatchPrompt[];
  readonly #began = performance.now();
  readonly #entries: BatchEntry[] = [];
  readonly #listeners: (() => void)[] = [];

  /** `finished` prepares the answers that are handed out. */
  constructor(
    prompts: readonly BatchPrompt[],
    way: BatchWay,
    finished: (answers: BatchAnswer) => BatchAnswer,
    options: OngoingOptions = {},
  ) {
    super(async (signal) => {
      await way((entry) => this.#take(entry), signal);
      return finished(this.answers);
    }, options);
    this.prompts = prompts;
  }

  get answers(): BatchAnswer {
    return BatchAnswers.gathered(this.#entries, this.tookMs);
  }

  get done(): number {
    return this.#entries.length;
  }

  get total(): number {
    return this.prompts.length;
  }

  /** Milliseconds since the call. */
  get tookMs(): number {
    return Math.round(performance.now() - this.#began);
  }

  /** Entries in the order they ended. */
  get entries(): readonly BatchEntry[] {
    return this.#entries;
  }

  /** Calls back whenever a prompt has ended. */
  onEntry(listener: () => void): void {
    this.#listeners.push(listener);
  }

  #take(entry: BatchEntry): void {
    if (this.state !== "running") return;
    this.#entries.push(entry);
    for (const listener of this.#listeners) listener();
  }
}
