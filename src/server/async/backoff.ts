/** How long to wait before the next attempt: longer each time, with a jitter so that many do not come back together. */

export interface BackoffRange {
  /** Milliseconds before the second attempt. */
  readonly firstMs: number;
  /** Milliseconds that no wait exceeds. */
  readonly mostMs: number;
}

/**
 * Milliseconds to wait after `failures` failures in a row, 1 or more. Doubles with each; the jitter takes up to half.
 *
 * `random` is 0 to 1.
 */
export function backoffMs(failures: number, { firstMs, mostMs }: BackoffRange, random: number = Math.random()): number {
  // beyond 2^30 the most is reached whatever the first is
  const delayMs = Math.min(firstMs * 2 ** Math.min(failures - 1, 30), mostMs);
  return delayMs * (0.5 + random / 2);
}
