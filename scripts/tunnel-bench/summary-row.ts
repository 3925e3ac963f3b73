/** Name, median, 99th percentile and count, as one line. */
export function summaryRow(name: string, times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2);
  return `${name.padEnd(32)} p50 ${at(0.5).padStart(7)} ms   p99 ${at(0.99).padStart(7)} ms   n ${sorted.length}`;
}
