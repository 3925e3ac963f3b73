/**
 * How evenly something is shared: 1 when all have the same, 1/n when one of n has all; NaN when there is nothing.
 *
 * Source: Jain, Chiu, Hawe 1984, A Quantitative Measure of Fairness and Discrimination, DEC TR-301.
 */
export function jainIndex(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share ** 2, 0);
  return sum ** 2 / (shares.length * squares);
}
