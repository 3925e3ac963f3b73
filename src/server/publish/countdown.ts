/** A time after which something ends, also one longer than a timer can be. */

/** Milliseconds a timer can wait: Node takes more for 1. */
const longestTimer = 2 ** 31 - 1;

export class Countdown {
  readonly lengthMs: number;
  readonly #onOver: () => void;
  #endsAt: Date;
  #timer: NodeJS.Timeout | undefined;

  constructor(lengthMs: number, onOver: () => void) {
    this.lengthMs = lengthMs;
    this.#onOver = onOver;
    this.#endsAt = new Date(Date.now() + lengthMs);
  }

  get endsAt(): Date {
    return this.#endsAt;
  }

  /** The time begins to run now. */
  begin(): void {
    this.#endsAt = new Date(Date.now() + this.lengthMs);
    this.#wait();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(): void {
    const restMs = this.#endsAt.getTime() - Date.now();
    if (restMs <= 0) this.#onOver();
    else this.#timer = setTimeout(() => this.#wait(), Math.min(restMs, longestTimer)).unref();
  }
}
