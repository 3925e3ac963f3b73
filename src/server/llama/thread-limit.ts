/**
 * What a count of threads cannot show: quotas of processor time, sets of cores, time that other machines on the same
 * hardware take. Steps of several times their best get fewer threads for a while; more again when that was no help, or
 * when it is calm.
 *
 * Pure but for what it remembers: times come as arguments. Steps are compared with steps of about as many rows only. Each
 * return to more threads that went wrong doubles the time until the next, so a lasting disturbance costs ever less.
 */

export interface MeasuredStep {
  readonly threads: number;
  /** Tokens in it. */
  readonly rows: number;
  readonly ms: number;
  /** When it ended, in milliseconds of any clock. */
  readonly atMs: number;
}

/** So many times its best makes a step a slow one. */
const slowFactor = 4;
/** Slow steps that are too many; each other step takes back a part of one. */
const tooManySlow = 3;
const tooManySlowInProbe = 2;
const takenBack = 0.25;
/** Steps that show whether fewer threads, or more again, are right. */
const trialSteps = 8;
/** What fewer threads must make of a step's time to be kept. */
const helps = 0.7;
/** Milliseconds that fewer threads are kept, or not tried again: at first and at most. */
const firstHoldMs = 1000;
const longestHoldMs = 30_000;
/** Share by which the best is forgotten with each step: contexts grow, machines change. */
const forgets = 0.001;
/** Share of the last step in the smoothed stretch. */
const stretchWeight = 0.25;

/** `free`: no limit. `trial`: fewer, to see whether it helps. `held`: fewer, since it does. `probe`: more again, with care. */
type Phase = "free" | "trial" | "held" | "probe";

export class ThreadLimit {
  #limit = Number.POSITIVE_INFINITY;
  #phase: Phase = "free";
  /** Milliseconds of the quickest step, by rows and by threads. */
  readonly #best = new Map<number, Map<number, number>>();
  #slow = 0;
  #steps = 0;
  /** How many times longer than their best on any number of threads steps take: smoothed, and added up in a trial. */
  #stretch = 1;
  #sum = 0;
  /** Threads, and the stretch with them, that a trial or a probe is compared with. */
  #before = { threads: 1, stretch: 1 };
  #until = 0;
  #holdMs = firstHoldMs;

  /** Most threads of the next step; Infinity when nothing speaks against more. */
  get threads(): number {
    return this.#limit;
  }

  /** Milliseconds of the quickest step of about so many rows on up to so many threads; null before the first. */
  bestMs(rows: number, threads: number = Number.POSITIVE_INFINITY): number | null {
    let best: number | null = null;
    for (const [count, ms] of this.#best.get(sizeOf(rows)) ?? []) {
      if (count <= threads && (best === null || ms < best)) best = ms;
    }
    return best;
  }

  /** Takes a step into account. `mostThreads`: what there would be without a limit. */
  add(step: MeasuredStep, mostThreads: number): void {
    const isSlow = step.ms >= slowFactor * (this.bestMs(step.rows, step.threads) ?? step.ms);
    const stretch = step.ms / (this.bestMs(step.rows) ?? step.ms);
    this.#remember(step);
    this.#slow = isSlow ? this.#slow + 1 : Math.max(0, this.#slow - takenBack);
    if (this.#phase === "free" || this.#phase === "held") this.#stretch += (stretch - this.#stretch) * stretchWeight;
    this.#sum += stretch;
    this.#steps += 1;
    if (this.#phase === "free") this.#whenFree(step);
    else if (this.#phase === "trial") this.#whenTried(step);
    else if (this.#phase === "held") this.#whenHeld(step, mostThreads);
    else this.#whenProbed(step, mostThreads);
  }

  #whenFree({ threads, atMs }: MeasuredStep): void {
    if (atMs < this.#until) return;
    if (atMs - this.#until > 4 * this.#holdMs) this.#holdMs = firstHoldMs;
    if (this.#slow < tooManySlow || threads === 1) return;
    this.#before = { threads, stretch: this.#stretch };
    this.#enter("trial", Math.floor(threads / 2));
  }

  #whenTried({ atMs }: MeasuredStep): void {
    if (this.#steps < trialSteps) return;
    this.#stretch = this.#sum / this.#steps;
    if (this.#stretch < helps * this.#before.stretch) this.#hold(this.#limit, atMs);
    else this.#free(atMs + this.#holdMs);
  }

  #whenHeld({ atMs }: MeasuredStep, mostThreads: number): void {
    if (atMs < this.#until) return;
    this.#before = { threads: this.#limit, stretch: this.#stretch };
    this.#enter("probe", Math.min(2 * this.#limit, mostThreads));
  }

  /** Steps on no more threads than before, because cores are busy, say nothing. */
  #whenProbed({ threads, atMs }: MeasuredStep, mostThreads: number): void {
    if (threads <= this.#before.threads) {
      this.#enter("probe", this.#limit);
      return;
    }
    const wentWrong = this.#steps >= trialSteps && this.#sum / this.#steps > this.#before.stretch;
    if (wentWrong || this.#slow >= tooManySlowInProbe) {
      this.#holdMs = Math.min(2 * this.#holdMs, longestHoldMs);
      this.#hold(this.#before.threads, atMs);
    } else if (this.#steps >= trialSteps) {
      this.#stretch = this.#sum / this.#steps;
      if (this.#limit >= mostThreads) this.#free(atMs);
      else this.#hold(this.#limit, atMs);
    }
  }

  #hold(threads: number, atMs: number): void {
    this.#until = atMs + this.#holdMs;
    this.#enter("held", threads);
  }

  /** No limit; none is tried before `untilMs`. */
  #free(untilMs: number): void {
    if (this.#phase === "trial") this.#holdMs = Math.min(2 * this.#holdMs, longestHoldMs);
    this.#until = untilMs;
    this.#enter("free", Number.POSITIVE_INFINITY);
  }

  #enter(phase: Phase, threads: number): void {
    this.#phase = phase;
    this.#limit = threads;
    this.#slow = 0;
    this.#sum = 0;
    this.#steps = 0;
  }

  #remember({ rows, threads, ms }: MeasuredStep): void {
    const size = sizeOf(rows);
    const byThreads = this.#best.get(size) ?? new Map<number, number>();
    this.#best.set(size, byThreads);
    byThreads.set(threads, Math.min(ms, (byThreads.get(threads) ?? ms) * (1 + forgets)));
  }
}

/** Steps whose rows have as many binary digits are compared. */
const sizeOf = (rows: number): number => 32 - Math.clz32(rows);
