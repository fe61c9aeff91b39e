/** A share such as 0.07 times a count is not exact. */
const ROUNDING = 1e-9;

/**
 * The lowest value that at least this share of all values does not exceed.
 *
 * @param sorted - in ascending order
 * @param share - from 0 to 1
 * @returns undefined if there are no values
 */
export function nearestRank(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(share * sorted.length - ROUNDING) - 1)];
}
