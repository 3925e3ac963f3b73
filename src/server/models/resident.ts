/** A model in memory: its engine, and when it was last used. */
import type { Engine } from "../engine/engine.js";
import type { Generation } from "../engine/generation.js";
import type { ModelSource } from "./model-source.js";
import type { Occupant } from "./residents-plan.js";

export interface ResidentOptions {
  readonly engine: Engine;
  readonly source: ModelSource;
  /** Equal for loads of the same file in the same version with the same options. */
  readonly key: string;
  /** Memory it was expected to take. */
  readonly neededBytes: number;
  readonly loadMs: number;
  /** Milliseconds without a request after which it leaves; Infinity for never. */
  readonly keepAliveMs: number;
  /** What was done to make room for it, as a sentence; null when nothing was. */
  readonly note: string | null;
  /** A clock in milliseconds. */
  readonly now: () => number;
}

let count = 0;

export class Resident {
  readonly engine: Engine;
  readonly source: ModelSource;
  readonly key: string;
  readonly loadMs: number;
  readonly note: string | null;
  keepAliveMs: number;
  /** True from the moment it gets no new requests until it is gone. */
  isLeaving = false;
  readonly #occupantKey = `${++count}`;
  readonly #neededBytes: number;
  readonly #readyAt: number;
  readonly #now: () => number;
  #usedAt: number;
  #requests = 0;
  #threads: number | undefined;

  constructor({ engine, source, key, neededBytes, loadMs, keepAliveMs, note, now }: ResidentOptions) {
    this.engine = engine;
    this.source = source;
    this.key = key;
    this.loadMs = loadMs;
    this.keepAliveMs = keepAliveMs;
    this.note = note;
    this.#neededBytes = neededBytes;
    this.#now = now;
    this.#readyAt = now();
    this.#usedAt = this.#readyAt;
  }

  get id(): string {
    return this.source.id;
  }

  /** Requests that run or wait in its engine. What is over does not count, though it may hold a slot a moment longer. */
  get requests(): number {
    return this.#requests;
  }

  /** Hands the generation to the engine. Throws nothing: whatever happens is told to the generation. */
  submit(generation: Generation): void {
    this.#requests += 1;
    const isOver = (): void => {
      this.#requests -= 1;
      // in the same step: whoever looks next would count its keep-alive from the beginning of the request
      this.touch();
    };
    generation.then(isOver, isOver);
    this.engine.submit(generation);
  }

  /** Milliseconds since it was last used; 0 while it is. */
  get idleMs(): number {
    return this.requests > 0 ? 0 : this.#now() - this.#usedAt;
  }

  /** Bytes it holds: as measured, or as expected while it has not touched all of them yet. */
  get bytes(): number {
    const { residentBytes = 0, keptBytes = 0 } = this.engine.memory() ?? {};
    return Math.max(this.#neededBytes + keptBytes, residentBytes);
  }

  /** It is wanted now: its time in memory counts from here. */
  touch(): void {
    this.#usedAt = this.#now();
  }

  /** Shares the cores with the other engines that work. */
  useThreads(threads: number): void {
    if (this.#threads === threads) return;
    this.#threads = threads;
    this.engine.useThreads(threads);
  }

  occupies(occupant: Pick<Occupant, "key">): boolean {
    return occupant.key === this.#occupantKey;
  }

  occupant(isPinned: boolean): Occupant {
    return {
      key: this.#occupantKey,
      model: this.id,
      bytes: this.bytes,
      requests: this.requests,
      idleMs: this.idleMs,
      readyMs: this.#now() - this.#readyAt,
      loadMs: this.loadMs,
      isPinned,
      isLeaving: this.isLeaving,
      isExtra: !this.engine.can.writes,
    };
  }
}
