/**
 * A bounded queue that is fair between keys, whatever each of them sends.
 *
 * Of one key the first comes first. Between keys `chooseNext` decides, by the tokens that each has in flight or was
 * served in the last half minute or so.
 */
import { type Choice, chooseNext, type QueueView, servingOrder, type Who, whoMakesRoom } from "./choose-next.js";
import type { Generation } from "./generation.js";

/** After this time a token that was served counts half. */
const halfLifeMs = 30_000;
/** What a request that waits or runs counts at least: how many tokens it will be is not known yet. */
const leastTokens = 64;
/** Characters of a prompt per token, until it was counted. */
const charactersPerToken = 4;

interface Served {
  readonly tokens: number;
  readonly at: number;
}

export class FairQueue {
  readonly capacity: number;
  readonly slots: number;
  /** True: one of two or more slots is the owner's, and one of three or more waits for a key that has none. */
  keepsOwnerSlot = false;
  readonly #now: () => number;
  #waiting: Generation[] = [];
  readonly #running = new Set<Generation>();
  /** The place of each, until something changes. */
  #places: Map<Generation, number> | undefined;
  readonly #served = new Map<string, Served>();

  /** `capacity` is the most that may wait, 0 or more; `now` tells milliseconds. */
  constructor(capacity: number, slots: number, now: () => number = () => performance.now()) {
    this.capacity = capacity;
    this.slots = slots;
    this.#now = now;
  }

  /** How many wait. */
  get length(): number {
    return this.#waiting.length;
  }

  /** How many have a slot. */
  get busy(): number {
    return this.#running.size;
  }

  get running(): ReadonlySet<Generation> {
    return this.#running;
  }

  /** True when a request of this caller would get a slot or a place. */
  hasRoomFor(caller: Who): boolean {
    if (this.#waiting.length < this.capacity) return true;
    return this.#startsAtOnce(caller) || whoMakesRoom(this.#callers(), caller.key) !== null;
  }

  /**
   * Puts it behind the others of its key, whatever the capacity: ask `hasRoomFor` first. Returns the one that left for it
   * because the queue was full, which belongs to the key with the most in it.
   */
  join(generation: Generation): Generation | undefined {
    this.#places = undefined;
    const { caller } = generation;
    const hasRoom = this.#waiting.length < this.capacity || this.#startsAtOnce(caller);
    const leaves = hasRoom ? null : whoMakesRoom(this.#callers(), caller.key);
    const [left] = leaves === null ? [] : this.#waiting.splice(leaves, 1);
    this.#waiting.push(generation);
    return left;
  }

  /** Gives a slot to whose turn it is; undefined when nothing may start now. */
  next(): Generation | undefined {
    const { index } = this.choice();
    this.#places = undefined;
    const [generation] = index === null ? [] : this.#waiting.splice(index, 1);
    if (generation !== undefined) this.#running.add(generation);
    return generation;
  }

  /** What `next` would do, and why. */
  choice(): Choice {
    return chooseNext(this.#view());
  }

  /** Its slot is free again. */
  ended(generation: Generation): void {
    if (!this.#running.delete(generation)) return;
    this.#places = undefined;
    const { key } = generation.caller;
    this.#served.set(key, { tokens: this.#servedTo(key) + tokensUsed(generation), at: this.#now() });
    // a key that was served long ago is as good as a new one
    for (const known of this.#served.keys()) if (this.#servedTo(known) === 0) this.#served.delete(known);
  }

  /** Takes it out, wherever it stands; false when it does not wait. */
  leave(generation: Generation): boolean {
    const place = this.#waiting.indexOf(generation);
    this.#places = undefined;
    if (place >= 0) this.#waiting.splice(place, 1);
    return place >= 0;
  }

  /** Its place if one slot after the other became free, 1 is next; null when it does not wait. */
  position(generation: Generation): number | null {
    this.#places ??= this.#placesNow();
    return this.#places.get(generation) ?? null;
  }

  /** Empties the queue and returns who stood in it, in the order of arrival. What runs goes on. */
  clear(): Generation[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#places = undefined;
    return waiting;
  }

  #callers(): Who[] {
    return this.#waiting.map(({ caller }) => caller);
  }

  #startsAtOnce(caller: Who): boolean {
    const waiting = [...this.#callers(), caller];
    return chooseNext({ ...this.#view(), waiting }).index === waiting.length - 1;
  }

  #placesNow(): Map<Generation, number> {
    const view = this.#view();
    const ownerFirst = view.keepsOwnerSlot && !view.running.some(({ isOwner }) => isOwner);
    const order = servingOrder(view.waiting, this.#waiting.map(tokensIn), view.tokensOf, ownerFirst);
    return new Map(order.map((index, place) => [this.#waiting[index] as Generation, place + 1]));
  }

  #view(): QueueView {
    const tokens = new Map<string, number>();
    for (const one of this.#running) tokens.set(one.caller.key, (tokens.get(one.caller.key) ?? 0) + tokensIn(one));
    return {
      waiting: this.#callers(),
      running: [...this.#running].map(({ caller }) => caller),
      slots: this.slots,
      keepsOwnerSlot: this.keepsOwnerSlot,
      tokensOf: (key) => (tokens.get(key) ?? 0) + this.#servedTo(key),
    };
  }

  /** Tokens the key was served lately: older ones count less and less. */
  #servedTo(key: string): number {
    const served = this.#served.get(key);
    const tokens = served === undefined ? 0 : served.tokens * 0.5 ** ((this.#now() - served.at) / halfLifeMs);
    return tokens < 1 ? 0 : tokens;
  }
}

function tokensUsed({ request: { input }, promptTokens, completionTokens }: Generation): number {
  const characters =
    input.kind === "prompt" ? input.text.length : input.messages.reduce((sum, { content }) => sum + content.length, 0);
  return (promptTokens ?? characters / charactersPerToken) + completionTokens;
}

function tokensIn(generation: Generation): number {
  return Math.max(leastTokens, tokensUsed(generation));
}
