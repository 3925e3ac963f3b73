/**
 * Continuous batching on top of the library's dispatcher, which by itself leaves one sequence out of every batch
 * and hands rows over in an order that the decoder splits into several runs.
 *
 * Sources: node-llama-cpp `LlamaContext.dispatchPendingBatch`; llama.cpp `llama_batch_allocr::split_equal`,
 * which joins only consecutive ascending sequence ids.
 */
import type { CustomBatchingPrioritizationStrategy, PrioritizedBatchItem } from "node-llama-cpp";

/** The version of node-llama-cpp whose inner order this relies on. docs/dependencies.md says how to move to another. */
export const writtenFor = "3.22.1";

/**
 * Turns of the dispatcher to wait for slots that are between two of their tokens. They need 2 or 3; the bound only
 * keeps a mistake here from stopping everything.
 */
const mostTurns = 64;

interface PrefillWaiter {
  readonly wanted: number;
  readonly grant: (tokens: number) => void;
}

/** Decides what goes into each decoding step; one per context. */
export class Batching {
  /** Decode calls since the start. */
  decodes = 0;
  /** Rows in them, one per token. */
  decodedRows = 0;
  /** Called whenever the decoder gets a batch. */
  onBatch: () => void = () => {};
  /** Called with how long a step took and its rows, where another one follows at once. */
  onStep: (ms: number, rows: number) => void = () => {};
  readonly #prefillChunk: number;
  #expected = 0;
  #turns = 0;
  #handedOver: { readonly atMs: number; readonly rows: number } | null = null;
  #prefillLeft: number;
  #prefillWaiters: PrefillWaiter[] = [];
  #interruptions = 0;
  #resume: () => void = () => {};
  #resumed: Promise<void> | null = null;

  /** `prefillChunk`: most prompt tokens of all slots together in one step. */
  constructor(prefillChunk: number) {
    this.#prefillChunk = prefillChunk;
    this.#prefillLeft = prefillChunk;
  }

  /** To be given to the context as `batching.itemPrioritizationStrategy`; priorities are slot ids. */
  readonly strategy: CustomBatchingPrioritizationStrategy = ({ items, size }) => {
    this.#stepEnded();
    if (items.length < this.#expected && this.#interruptions === 0 && this.#turns < mostTurns) {
      this.#turns += 1;
      return [];
    }
    this.#turns = 0;
    const batch: PrioritizedBatchItem[] = [];
    let left = size;
    for (const item of [...items].sort((one, other) => one.evaluationPriority - other.evaluationPriority)) {
      const processAmount = Math.min(item.tokens.length, left);
      if (processAmount > 0) batch.push({ item, processAmount });
      left -= processAmount;
    }
    this.decodes += 1;
    this.decodedRows += size - left;
    this.#prefillLeft = this.#prefillChunk;
    this.#grantPrefill();
    this.onBatch();
    this.#handedOver = { atMs: performance.now(), rows: size - left };
    return batch;
  };

  /**
   * Resolves with how many of `wanted` prompt tokens the slot may hand in for the coming step, and expects them;
   * with 0 when the signal aborts first. `leave` follows once they were read, or once the slot is done.
   */
  enterPrefill(wanted: number, signal: AbortSignal): Promise<number> {
    if (signal.aborted) return Promise.resolve(0);
    return new Promise((resolve) => {
      const waiter: PrefillWaiter = {
        wanted,
        grant: (tokens) => {
          signal.removeEventListener("abort", giveUp);
          resolve(tokens);
        },
      };
      const giveUp = (): void => {
        this.#prefillWaiters = this.#prefillWaiters.filter((other) => other !== waiter);
        resolve(0);
      };
      signal.addEventListener("abort", giveUp, { once: true });
      this.#prefillWaiters.push(waiter);
      this.#grantPrefill();
    });
  }

  /**
   * The slot hands in nothing for the coming step. `unused` tokens of its share were not handed in either, because of an
   * error or a cancel: they are others' now.
   */
  leave(unused = 0): void {
    this.#expected -= 1;
    // what follows is a pause of unknown length
    if (this.#expected === 0) this.#handedOver = null;
    this.#prefillLeft = Math.min(this.#prefillChunk, this.#prefillLeft + unused);
    this.#grantPrefill();
  }

  /** Set while something must happen between two steps; slots wait for it before they hand in their next row. */
  get pause(): Promise<void> | null {
    return this.#resumed;
  }

  /**
   * Does `work` between two steps.
   *
   * Needed for whatever takes the library's context lock: the dispatcher holds it for as long as rows keep coming,
   * so without a pause such work would wait until every stream has ended.
   */
  async betweenSteps(work: () => Promise<void>): Promise<void> {
    this.#interruptions += 1;
    this.#resumed ??= new Promise((resolve) => {
      this.#resume = resolve;
    });
    try {
      await work();
    } finally {
      this.#interruptions -= 1;
      if (this.#interruptions === 0) {
        this.#resumed = null;
        this.#resume();
        this.#grantPrefill();
      }
    }
  }

  /** The dispatcher asks for the next batch, so the last one was decoded and sampled. */
  #stepEnded(): void {
    if (this.#handedOver === null) return;
    const { atMs, rows } = this.#handedOver;
    this.#handedOver = null;
    this.onStep(performance.now() - atMs, rows);
  }

  #grantPrefill(): void {
    while (this.#interruptions === 0 && this.#prefillLeft > 0) {
      const waiter = this.#prefillWaiters.shift();
      if (waiter === undefined) return;
      const tokens = Math.min(waiter.wanted, this.#prefillLeft);
      this.#prefillLeft -= tokens;
      this.#expected += 1;
      waiter.grant(tokens);
    }
  }
}
