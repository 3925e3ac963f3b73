import type { Token } from "node-llama-cpp";
import { chooseSlot, type SlotFacts } from "./choose-slot.js";
import { commonPrefix, type HeldTokens, reusable } from "./reuse.js";

/** A request as far as slots are concerned. */
export interface SlotRequest {
  readonly prompt: readonly Token[];
  /** Whose it is: what a slot remembers is kept apart by it. */
  readonly key: string;
  /** Length of the pieces that it reuses whole; null where it reuses every token in common. */
  readonly pieceTokens: number | null;
}

/** One place for a request: a sequence of the context that remembers the last conversation it held. */
export interface Slot extends HeldTokens {
  /** Also the sequence's id in the context. */
  readonly id: number;
  /** Whose conversation the tokens are; null when there is none. */
  key: string | null;
  isBusy: boolean;
  /** The request that has the slot, or had it last. */
  request: SlotRequest;
  /** True until what it held before this request, a conversation that would be lost, was kept. */
  mustKeep: boolean;
  /** Counts up with each use of any slot; 0 for one that holds nothing. */
  lastUse: number;
}

/** What is known of slots elsewhere. */
export interface SlotTraits {
  /** Whether all that the slot holds is kept outside of it as well. */
  isKept(slot: Slot): boolean;
  /** Whether what the slot holds can be copied and kept. */
  isMovable(slot: Slot): boolean;
}

const noRequest: SlotRequest = { prompt: [], key: "", pieceTokens: null };

/** The slots of a context: who has which. */
export class Slots {
  readonly all: readonly Slot[];
  readonly #traits: SlotTraits;
  #uses = 0;

  /** Without traits everything can be moved and nothing is kept. */
  constructor(count: number, traits: SlotTraits = { isKept: () => false, isMovable: () => true }) {
    this.#traits = traits;
    this.all = Array.from({ length: count }, (_, id) => ({
      id,
      tokens: [],
      wholeTokens: 0,
      key: null,
      isBusy: false,
      request: noRequest,
      mustKeep: false,
      lastUse: 0,
    }));
  }

  get busy(): number {
    return this.all.filter((slot) => slot.isBusy).length;
  }

  /** Takes the slot that `chooseSlot` says; null when all are busy. */
  take(request: SlotRequest): Slot | null {
    const choice = chooseSlot({ slots: this.facts(request), promptLength: request.prompt.length });
    const slot = choice === null ? undefined : this.all[choice.slot];
    if (choice === null || slot === undefined) return null;
    slot.isBusy = true;
    slot.request = request;
    slot.mustKeep = choice.mustKeep;
    this.#uses += 1;
    slot.lastUse = this.#uses;
    return slot;
  }

  release(slot: Slot): void {
    slot.isBusy = false;
  }

  /** The slot whose conversation a new one would drive out now; null where it would drive out none. */
  nextToLeave(): Slot | null {
    const choice = chooseSlot({ slots: this.facts(noRequest), promptLength: 0 });
    return choice?.mustKeep === true ? (this.all[choice.slot] ?? null) : null;
  }

  /** What there is of every slot for this request. */
  facts({ prompt, key, pieceTokens }: SlotRequest): SlotFacts[] {
    return this.all.map((slot) => {
      const isOwn = slot.key === key;
      return {
        id: slot.id,
        isBusy: slot.isBusy,
        held: slot.tokens.length,
        shared: isOwn ? commonPrefix(slot.tokens, prompt) : 0,
        usable: isOwn ? reusable(slot, prompt, pieceTokens) : 0,
        promptLength: slot.request.prompt.length,
        isMovable: this.#traits.isMovable(slot),
        isKept: slot.tokens.length > 0 && this.#traits.isKept(slot),
        lastUse: slot.lastUse,
      };
    });
  }

  /**
   * The slot that reads a beginning of this slot's prompt right now, so that waiting for it and copying is faster than
   * reading it twice: `leastGain` tokens or more beyond the `usable` ones that are there already. Undefined where there is
   * none. Only who came before is waited for.
   */
  readerAhead({ request, lastUse }: Slot, usable: number, leastGain: number): Slot | undefined {
    const { prompt, key, pieceTokens } = request;
    return this.all.find((other) => {
      const isAhead = other.isBusy && other.request.key === key && other.lastUse < lastUse;
      // where it does not begin at the beginning of a piece itself, it reads none whole
      if (!isAhead || (pieceTokens !== null && other.request.pieceTokens === null)) return false;
      const planned = { tokens: other.request.prompt, wholeTokens: other.request.prompt.length };
      const coming = reusable(planned, prompt, pieceTokens);
      const there = other.key === key ? reusable(other, prompt, pieceTokens) : 0;
      return coming - usable >= leastGain && there < coming && this.#traits.isMovable(other);
    });
  }
}
