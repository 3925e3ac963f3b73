type Sample = readonly [requests: number, bytes: number];

/**
 * Bytes per 1,000 requests by which the peak of the later half of the samples exceeds that of the earlier half.
 *
 * Peaks, because memory that is collected now and then goes up and down in teeth: their tops stay level when nothing
 * leaks, wherever in a tooth the samples lie. NaN for fewer than two samples.
 */
export function peakGrowth(samples: readonly Sample[]): number {
  // halves of the same length; with an odd number the first sample belongs to neither
  const half = samples.length >> 1;
  const [earlier, later] = [samples.slice(-2 * half, -half), samples.slice(-half)];
  const apart = (later[0]?.[0] ?? Number.NaN) - (earlier[0]?.[0] ?? Number.NaN);
  return half === 0 ? Number.NaN : ((peak(later) - peak(earlier)) / apart) * 1000;
}

const peak = (samples: readonly Sample[]): number => Math.max(...samples.map(([, bytes]) => bytes));
