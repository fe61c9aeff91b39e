import { type Choices, total } from './choices.ts';
import { rankingOf } from './ranking.ts';

/**
 * The cheapest threshold that keeps the target on the rows it is chosen on: -Infinity for always the strong model, Infinity for never.
 * On new rows it misses the target about every other time, so it promises nothing.
 *
 * Only boundaries between distinct scores are considered, since no threshold lies inside a block of equal ones.
 */
export function unprovenThreshold(choices: Choices, scores: Float64Array, target: number): number {
  const { order, blockEnds } = rankingOf(scores);
  const { cheapQuality, strongQuality, cheapCost, strongCost } = choices;
  let margin = total(cheapQuality) - target * total(strongQuality);
  let cost = total(cheapCost);
  let best: { readonly sent: number; readonly cost: number } | undefined;
  let place = 0;
  for (const end of [0, ...blockEnds]) {
    for (; place < end; place += 1) {
      const row = order[place] as number;
      margin += (strongQuality[row] as number) - (cheapQuality[row] as number);
      cost += (strongCost[row] as number) - (cheapCost[row] as number);
    }
    const isKept = margin >= -1e-9; // sums of floats miss 0 by less
    if (isKept && (best === undefined || cost < best.cost - 1e-12 * Math.abs(best.cost))) best = { sent: end, cost };
  }
  return best === undefined ? -Infinity : between(scores, order, best.sent);
}

function between(scores: Float64Array, order: Int32Array, sent: number): number {
  if (sent === 0) return Infinity;
  if (sent === order.length) return -Infinity;
  const above = scores[order[sent - 1] as number] as number;
  const below = scores[order[sent] as number] as number;
  return below + (above - below) / 2;
}
