import type { LlamaContextSequence, Token } from "node-llama-cpp";

/** Tokens a prompt must have in common with a slot before that decides where it goes. */
const leastUsefulPrefix = 8;

/** One place for a request: a sequence of the context that remembers the last conversation it held. */
export interface Slot {
  /** Also the sequence's id in the context. */
  readonly id: number;
  readonly sequence: LlamaContextSequence;
  isBusy: boolean;
  /** Counts up with each use of any slot; 0 for never. */
  lastUse: number;
}

/** The slots of a context: who gets which. */
export class Slots {
  readonly #slots: readonly Slot[];
  #uses = 0;

  /** `sequences` in the order of their ids. */
  constructor(sequences: readonly LlamaContextSequence[]) {
    this.#slots = sequences.map((sequence, id) => ({ id, sequence, isBusy: false, lastUse: 0 }));
  }

  get busy(): number {
    return this.#slots.filter((slot) => slot.isBusy).length;
  }

  /**
   * Takes the free slot that holds the most of the prompt already; null when all are busy.
   *
   * Where nothing worth mentioning is held, the slot that leaves the fewest gaps between the busy ones wins, because
   * the decoder reads all weights once per run of neighbours (one gap in 8 streams costs a quarter); then the one
   * unused for longest, which keeps other conversations remembered; then the lowest.
   */
  take(prompt: readonly Token[]): Slot | null {
    const free = this.#slots.filter((slot) => !slot.isBusy);
    const ranked = free.map((slot) => ({ slot, prefix: this.#usefulPrefix(slot, prompt), runs: this.#runsWith(slot) }));
    ranked.sort(
      (one, other) =>
        other.prefix - one.prefix ||
        one.runs - other.runs ||
        one.slot.lastUse - other.slot.lastUse ||
        one.slot.id - other.slot.id,
    );
    const slot = ranked[0]?.slot;
    if (slot === undefined) return null;
    slot.isBusy = true;
    this.#uses += 1;
    slot.lastUse = this.#uses;
    return slot;
  }

  release(slot: Slot): void {
    slot.isBusy = false;
  }

  #usefulPrefix(slot: Slot, prompt: readonly Token[]): number {
    const { firstDifferentIndex } = slot.sequence.compareContextTokens(prompt as Token[]);
    const prefix = Math.min(firstDifferentIndex, prompt.length - 1);
    return prefix < leastUsefulPrefix ? 0 : prefix;
  }

  /** Runs of neighbouring busy slots if this one were busy too. */
  #runsWith(slot: Slot): number {
    const isBusy = (id: number): boolean => id === slot.id || this.#slots[id]?.isBusy === true;
    return this.#slots.filter(({ id }) => isBusy(id) && !isBusy(id - 1)).length;
  }
}
