/** Keeps divisions by the number of earlier rows finite. */
const TINY = 1e-4;

/**
 * Whether numbers show, at any sample size, that the mean they are drawn from is above 0: a betting test that bets on each number by
 * those before it. If the mean is 0 or less, at most the share `alpha` of samples says true.
 *
 * @param values - independent draws, in an order that was fixed before they were known; none below `-lowest`
 * @param lowest - how far below 0 a value can lie; above 0
 * @see Voráček, Orabona: STaR-Bets: Sequential Target-Recalculating Bets for Tighter Confidence Intervals, https://arxiv.org/abs/2505.22422
 */
export function isCertified(values: Float64Array, lowest: number, alpha: number): boolean {
  const goal = Math.log(1 / alpha);
  const rows = values.length;
  const prior = (0.3 * lowest + TINY) * rows;
  let wealth = 0; // its logarithm
  let squares = 0;
  for (let row = 0; row < rows; row += 1) {
    const seen = row + TINY;
    const spread = Math.min(squares / seen + prior / (seen * seen), lowest + 0.001);
    const bet = Math.min(0.999 / lowest, Math.sqrt((2 * (goal - wealth)) / ((rows - row - TINY) * spread)));
    const value = values[row] as number;
    wealth += Math.log1p(bet * value);
    if (wealth >= goal) return true;
    squares += value * value;
  }
  return false;
}

/**
 * The largest level that is certified, to print: found by halving, and meant for display. Only a level that was asked for
 * beforehand is a promise.
 *
 * @param isShown - whether a level is certified; the higher the level, the harder
 * @returns `from` if not even that is
 */
export function largestShown(isShown: (level: number) => boolean, from: number, to: number): number {
  if (!isShown(from)) return from;
  let [low, high] = [from, to];
  for (let step = 0; step < 12; step += 1) {
    const middle = (low + high) / 2;
    if (isShown(middle)) low = middle;
    else high = middle;
  }
  return low;
}
