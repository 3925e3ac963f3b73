/** Time that a test turns. */
import type { Clock } from "../../src/server/engine/local/clock.js";

interface Timer {
  at: number;
  /** null for once. */
  readonly everyMs: number | null;
  readonly work: () => void;
}

export class FakeClock implements Clock {
  #now = 1000;
  #timers: Timer[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, work: () => void): () => void {
    return this.#add({ at: this.#now + ms, everyMs: null, work });
  }

  every(ms: number, work: () => void): () => void {
    return this.#add({ at: this.#now + ms, everyMs: ms, work });
  }

  /** Lets so much time pass, with everything that is due in it, and what follows from that. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (next === undefined) break;
      this.#now = Math.max(this.#now, next.at);
      if (next.everyMs === null) this.#timers = this.#timers.filter((timer) => timer !== next);
      else next.at = this.#now + next.everyMs;
      next.work();
      await settled();
    }
    this.#now = Math.max(this.#now, end);
    await settled();
  }

  /** Moves on without doing what is due: this process slept. What is due then is done once when time passes. */
  jump(ms: number): void {
    this.#now += ms;
  }

  #add(timer: Timer): () => void {
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }
}

/** Resolves once promises that can settle have. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}
