/**
 * Threads for the next decoding step: as many as have a core to themselves. Pure.
 *
 * Decode threads wait for each other hundreds of times a step, so one of them that has to share its core holds up all:
 * with two threads on two cores a single busy neighbour makes a step 7 times slower, with one thread not even 2 times.
 */

/** Why it is so many. `neighbours`: others keep cores busy. `slow`: more were slower lately. */
export type ThreadsReason = "all" | "neighbours" | "slow";

export interface ThreadChoice {
  readonly threads: number;
  readonly reason: ThreadsReason;
}

export interface ThreadFacts {
  /** The most that are worth using: as set, shared with other engines, useful for the model. At least 1. */
  readonly mostThreads: number;
  /** Cores of the machine, those of others included. */
  readonly cores: number;
  /** Threads of others that want a core, smoothed; null where that is not known. */
  readonly others: number | null;
  /** Threads of the last step; 0 before the first. */
  readonly last: number;
  /** More than these were slower lately; Infinity when nothing is known against more. */
  readonly limit: number;
}

/** Milliseconds that the smoothed number remembers: programs that blink do not count, neighbours that stay do. */
const memoryMs = 100;
/** What one reading changes at most and at least: a reading says little, however long the last step took. */
const mostWeight = 1 / 3;
const leastWeight = 1 / 16;

/** A neighbour counts from this share of a core on, and until it is down to the second. */
const countsFrom = 0.7;
const countsUntil = 0.45;

/** The smoothed number after a reading, `sinceMs` milliseconds after the one before. */
export function smoothed(before: number, reading: number, sinceMs: number): number {
  const weight = Math.min(mostWeight, Math.max(leastWeight, 1 - Math.exp(-sinceMs / memoryMs)));
  return before + (reading - before) * weight;
}

export function chooseThreads({ mostThreads, cores, others, last, limit }: ThreadFacts): ThreadChoice {
  const free = others === null ? Number.POSITIVE_INFINITY : freeCores(cores, others, last);
  const threads = Math.max(1, Math.min(mostThreads, free, limit));
  if (threads >= mostThreads) return { threads, reason: "all" };
  return { threads, reason: free <= limit ? "neighbours" : "slow" };
}

/** Between the two marks it stays what it was. */
function freeCores(cores: number, others: number, last: number): number {
  const fewest = cores - Math.floor(others + 1 - countsUntil);
  const most = cores - Math.floor(others + 1 - countsFrom);
  return Math.min(most, Math.max(fewest, last));
}
