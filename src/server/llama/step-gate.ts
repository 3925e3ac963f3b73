import { cpus } from "node:os";
import { type BusyThreads, openBusyThreads } from "../machine/busy-threads.js";
import { chooseThreads, smoothed, type ThreadChoice } from "./choose-threads.js";
import { ThreadLimit } from "./thread-limit.js";

export interface StepGateOptions {
  /** The most threads that are worth using, from 1. */
  readonly mostThreads: number;
  /** Cores of the machine. Default: all there are, those that this process may not use included. */
  readonly cores?: number;
  /** Counts the threads of others; closed with the gate. Default: of this machine. */
  readonly busyThreads?: BusyThreads;
  /** Milliseconds. Default: `performance.now`. */
  readonly now?: () => number;
}

/** What the steps so far came to, to be compared with what they came to later. */
export interface StepMark {
  readonly steps: number;
  readonly spentMs: number;
  /** What they would have taken at the best seen here. */
  readonly bestMs: number;
  /** Steps beside programs that left too few cores. */
  readonly crowdedSteps: number;
}

/** A reading costs 6 to 35 microseconds, which small models would feel. */
const readingEveryMs = 4;

/** Answers that took so many times the best, for at least so long, are told why. */
const tellFactor = 3;
const tellFromMs = 500;

/** Gives each decoding step the threads that have a core to themselves. To be closed. */
export class StepGate {
  readonly #cores: number;
  readonly #busyThreads: BusyThreads;
  readonly #now: () => number;
  readonly #limit = new ThreadLimit();
  #mostThreads: number;
  #others: number | null = null;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #choice: ThreadChoice | null = null;
  #sums: StepMark = { steps: 0, spentMs: 0, bestMs: 0, crowdedSteps: 0 };

  constructor({ mostThreads, cores, busyThreads, now }: StepGateOptions) {
    this.#mostThreads = mostThreads;
    this.#cores = cores ?? cpus().length;
    this.#busyThreads = busyThreads ?? openBusyThreads();
    this.#now = now ?? (() => performance.now());
  }

  /** Threads of the last step; null before the first. */
  get threads(): number | null {
    return this.#choice?.threads ?? null;
  }

  /** From the next step on at most so many: other engines compute as well. */
  allow(mostThreads: number): void {
    this.#mostThreads = mostThreads;
  }

  /** Threads for the step that comes now. */
  beforeStep(): number {
    this.#read();
    this.#choice = chooseThreads({
      mostThreads: this.#mostThreads,
      cores: this.#cores,
      others: this.#others,
      last: this.#choice?.threads ?? 0,
      limit: this.#limit.threads,
    });
    return this.#choice.threads;
  }

  /** The step took so many milliseconds for so many tokens. */
  afterStep(ms: number, rows: number): void {
    const threads = this.#choice?.threads;
    if (threads === undefined || rows < 1 || !(ms > 0)) return;
    this.#limit.add({ threads, rows, ms, atMs: this.#now() }, this.#mostThreads);
    const { steps, spentMs, bestMs, crowdedSteps } = this.#sums;
    this.#sums = {
      steps: steps + 1,
      spentMs: spentMs + ms,
      bestMs: bestMs + (this.#limit.bestMs(rows) ?? ms),
      crowdedSteps: crowdedSteps + (this.#isCrowded() ? 1 : 0),
    };
  }

  /** Where the steps stand now, for `warningSince`. */
  mark(): StepMark {
    return this.#sums;
  }

  /** Why the steps since then took several times the best seen here, as a sentence; null where they did not, or nothing is known. */
  warningSince(mark: StepMark): string | null {
    const [spentMs, bestMs] = [this.#sums.spentMs - mark.spentMs, this.#sums.bestMs - mark.bestMs];
    const crowded = (this.#sums.crowdedSteps - mark.crowdedSteps) / Math.max(1, this.#sums.steps - mark.steps);
    if (spentMs < tellFromMs || spentMs < tellFactor * bestMs || crowded < 0.5) return null;
    const times = (spentMs / bestMs).toFixed(1);
    return `Other programs keep the cores busy: this answer took about ${times} times as long as at the best of this model here.`;
  }

  close(): void {
    this.#busyThreads.close();
  }

  #read(): void {
    const now = this.#now();
    const sinceMs = now - this.#readAtMs;
    if (sinceMs < readingEveryMs) return;
    const reading = this.#busyThreads.others();
    this.#readAtMs = now;
    this.#others = reading === null ? null : this.#others === null ? reading : smoothed(this.#others, reading, sinceMs);
  }

  /** Others leave less than what would be used, or steps were slow for a reason that cannot be seen. */
  #isCrowded(): boolean {
    const isShared = this.#others !== null && this.#others + this.#mostThreads > this.#cores + 0.5;
    return isShared || this.#limit.threads < this.#mostThreads;
  }
}
