import type { Token } from "node-llama-cpp";
import { commonPrefix, type HeldTokens } from "./reuse.js";

/** Tokens a prompt must have in common with a slot before that decides where it goes. */
const leastUsefulPrefix = 8;

/** One place for a request: a sequence of the context that remembers the last conversation it held. */
export interface Slot extends HeldTokens {
  /** Also the sequence's id in the context. */
  readonly id: number;
  isBusy: boolean;
  /** Key whose conversation the sequence holds; null when it holds none. */
  key: string | null;
  /** True when the sequence holds another key's conversation, which is to be erased before anything is read. */
  mustForget: boolean;
  /** Counts up with each use of any slot; 0 for never. */
  lastUse: number;
}

/** The slots of a context: who gets which. */
export class Slots {
  readonly #slots: readonly Slot[];
  #uses = 0;

  constructor(count: number) {
    this.#slots = Array.from({ length: count }, (_, id) => ({
      id,
      tokens: [],
      wholeTokens: 0,
      isBusy: false,
      key: null,
      mustForget: false,
      lastUse: 0,
    }));
  }

  get busy(): number {
    return this.#slots.filter((slot) => slot.isBusy).length;
  }

  /**
   * Takes the free slot that holds the most of the prompt already; null when all are busy.
   *
   * What a slot remembers counts for the same key only: neither counts nor times tell one key how another's prompt
   * began.
   *
   * Where nothing worth mentioning is held, the slot that leaves the fewest gaps between the busy ones wins, because
   * the decoder reads all weights once per run of neighbours (one gap in 8 streams costs a quarter); then the one
   * unused for longest, which keeps other conversations remembered; then the lowest.
   */
  take(prompt: readonly Token[], key: string): Slot | null {
    const free = this.#slots.filter((slot) => !slot.isBusy);
    const ranked = free.map((slot) => ({
      slot,
      prefix: slot.key === key ? this.#usefulPrefix(slot, prompt) : 0,
      runs: this.#runsWith(slot),
    }));
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
    slot.mustForget = slot.mustForget || (slot.key !== null && slot.key !== key);
    slot.key = key;
    this.#uses += 1;
    slot.lastUse = this.#uses;
    return slot;
  }

  release(slot: Slot): void {
    slot.isBusy = false;
  }

  /** Whatever the slot held is gone. */
  emptied(slot: Slot): void {
    slot.key = null;
    slot.mustForget = false;
  }

  #usefulPrefix(slot: Slot, prompt: readonly Token[]): number {
    const prefix = Math.min(commonPrefix(slot.tokens, prompt), prompt.length - 1);
    return prefix < leastUsefulPrefix ? 0 : prefix;
  }

  /** Runs of neighbouring busy slots if this one were busy too. */
  #runsWith(slot: Slot): number {
    const isBusy = (id: number): boolean => id === slot.id || this.#slots[id]?.isBusy === true;
    return this.#slots.filter(({ id }) => isBusy(id) && !isBusy(id - 1)).length;
  }
}
