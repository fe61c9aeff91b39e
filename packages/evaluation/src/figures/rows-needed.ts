import { isCertified } from './star-bets.ts';

/** The share of calibrations in which a bound on few rows would be wrong, by which the least number of rows is reckoned. */
const LEAST_ALPHA = 0.05;

/**
 * On how many rows the strong model must be right before anything can be promised: with fewer, no loss at all would be seen more often
 * than once in 20 times although more is lost than the target allows. 59, 149 and 299 for 95, 98 and 99 %; 1 for a target of 1, which
 * only rows that the strong model loses can show.
 *
 * @see Hanley, Lippman-Hand: If nothing goes wrong, is everything all right? (1983)
 */
export function leastRows(target: number): number {
  return target < 1 ? Math.ceil(Math.log(LEAST_ALPHA) / Math.log(target)) : 1;
}

/** How many rows that the strong model answers well show a target if none of its answers is lost; undefined if no number does. */
export function rowsWithoutLoss(target: number, alpha: number): number | undefined {
  if (target >= 1) return undefined;
  const isEnough = (rows: number): boolean => isCertified(new Float64Array(rows).fill(1 - target), target, alpha);
  let high = leastRows(target);
  while (!isEnough(high)) high *= 2;
  let low = 0;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * About how many rows show a mean above 0, if further rows are like those seen; undefined if their mean is not above 0, so more of
 * them would show nothing.
 */
export function rowsToShow(values: Float64Array, alpha: number): number | undefined {
  const rows = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / rows;
  const square = values.reduce((sum, value) => sum + value * value, 0) / rows;
  return mean > 0 ? Math.ceil((2 * Math.log(1 / alpha) * square) / (mean * mean)) : undefined;
}
