import type { Spread } from "./bench-report.js";
import { median } from "./percentile.js";

/**
 * Ratios of what was measured in the same round, and their median.
 *
 * Two numbers of one round saw the same neighbours on the machine; medians of all rounds divided by each other did
 * not. A round without a finite ratio is left out and not counted in `n`.
 */
export function roundRatios(numerators: readonly number[], denominators: readonly number[]): Spread {
  return spread(numerators.map((value, round) => value / (denominators[round] ?? Number.NaN)).filter(Number.isFinite));
}

/** Median, least and greatest, and of how many. */
export function spread(values: readonly number[]): Spread {
  return {
    median: median(values),
    least: values.length === 0 ? Number.NaN : Math.min(...values),
    greatest: values.length === 0 ? Number.NaN : Math.max(...values),
    n: values.length,
  };
}
