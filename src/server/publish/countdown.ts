/** A time after which something ends, also one longer than a timer can be, whatever happens to the clock on the wall. */
import { type Deadline, deadline } from "../access/deadline.js";

/** Milliseconds between two looks at the clock: it may be set, and a machine that slept has not counted. */
const lookMs = 5000;

export class Countdown {
  readonly lengthMs: number;
  readonly #onOver: () => void;
  readonly #lookMs: number;
  #endsAt: Date;
  #isOver: Deadline;
  #timer: NodeJS.Timeout | undefined;

  /** `everyMs` is for tests: milliseconds between two looks, 5000 when left out. */
  constructor(lengthMs: number, onOver: () => void, everyMs: number = lookMs) {
    this.lengthMs = lengthMs;
    this.#onOver = onOver;
    this.#lookMs = everyMs;
    this.#endsAt = new Date(Date.now() + lengthMs);
    this.#isOver = deadline(this.#endsAt.getTime());
  }

  get endsAt(): Date {
    return this.#endsAt;
  }

  /** The time begins to run now. */
  begin(): void {
    this.#endsAt = new Date(Date.now() + this.lengthMs);
    this.#isOver = deadline(this.#endsAt.getTime());
    this.#wait();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(): void {
    if (this.#isOver()) {
      this.#onOver();
      return;
    }
    const restMs = Math.max(1, this.#endsAt.getTime() - Date.now());
    this.#timer = setTimeout(() => this.#wait(), Math.min(restMs, this.#lookMs)).unref();
  }
}
