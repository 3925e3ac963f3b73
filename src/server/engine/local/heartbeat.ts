/** Asks a process whether it is there, and keeps the times that `watch` judges by. */
import type { Clock } from "./clock.js";
import { type Verdict, watch } from "./watchdog.js";

/** Milliseconds between two questions. */
const beatMs = 500;

export interface HeartbeatParts {
  readonly clock: Clock;
  /** Sends the question; every message of the process answers it. */
  readonly ask: () => void;
  /** Milliseconds of processor time that the process used so far; null where that cannot be seen. */
  readonly processorTime: () => number | null;
  /** Called with each verdict that is not the same as the one before in its state. */
  readonly onVerdict: (verdict: Verdict) => void;
}

export class Heartbeat {
  #parts: HeartbeatParts;
  #stop: () => void;
  #verdict: Verdict = { state: "well", reason: "" };
  #lastBeatAt: number;
  #askedAt: number | null = null;
  #used: number | null = null;
  /** What it had used when its silence was first looked at. */
  #usedBefore: number | null = null;
  #usedSince = 0;
  /** When each thing was asked to end. */
  #toEnd = new Map<number, number>();

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
    this.#lastBeatAt = parts.clock.now();
    this.#stop = parts.clock.every(beatMs, () => this.#beat());
  }

  get verdict(): Verdict {
    return this.#verdict;
  }

  /** The process said something. */
  heard(): void {
    this.#askedAt = null;
    this.#used = null;
    this.#usedBefore = null;
    if (this.#verdict.state === "quiet") this.#judge();
  }

  /** The process was asked to end this. */
  toEnd(id: number): void {
    if (!this.#toEnd.has(id)) this.#toEnd.set(id, this.#parts.clock.now());
  }

  /** It did. */
  ended(id: number): void {
    this.#toEnd.delete(id);
  }

  close(): void {
    this.#stop();
  }

  #beat(): void {
    const now = this.#parts.clock.now();
    // it was this process that slept, so the other may have answered
    if (now - this.#lastBeatAt > 4 * beatMs) this.#forgive(now);
    this.#lastBeatAt = now;
    this.#judge();
    if (this.#askedAt !== null) return;
    this.#askedAt = now;
    this.#parts.ask();
  }

  #forgive(now: number): void {
    if (this.#askedAt !== null) this.#askedAt = now;
    for (const id of this.#toEnd.keys()) this.#toEnd.set(id, now);
    this.#used = null;
    this.#usedBefore = null;
  }

  #judge(): void {
    const now = this.#parts.clock.now();
    const silentMs = this.#askedAt === null ? 0 : now - this.#askedAt;
    const oldest = Math.min(...this.#toEnd.values());
    const stillMs = this.#stillMs(now, silentMs);
    const verdict = watch({
      silentMs,
      stillMs,
      computedMs: this.#used === null || this.#usedBefore === null ? null : this.#used - this.#usedBefore,
      defiantMs: this.#toEnd.size === 0 ? null : now - oldest,
    });
    const isNews = verdict.state !== this.#verdict.state;
    this.#verdict = verdict;
    if (isNews) this.#parts.onVerdict(verdict);
  }

  /** Looks at the processor only when the process is late. */
  #stillMs(now: number, silentMs: number): number | null {
    if (silentMs < beatMs) return null;
    const used = this.#parts.processorTime();
    if (used === null) return null;
    if (used !== this.#used) this.#usedSince = now;
    this.#used = used;
    this.#usedBefore ??= used;
    return now - this.#usedSince;
  }
}
