import { rankingOf } from 'tta-evaluation';
import type { Pool } from './pools.ts';

/** What a threshold comes to on a whole pool, in percent. */
export interface Truth {
  readonly retained: number;
  readonly saved: number;
}

/** Adds up a pool once, in the order of its scores, and then looks up what any threshold comes to. */
export function truthOf({ choices, scores }: Pool): (threshold: number) => Truth {
  const { cheapQuality, strongQuality, cheapCost, strongCost, baselineCost } = choices;
  const { order } = rankingOf(scores);
  const sorted = Float64Array.from(order, (row) => scores[row] as number);
  const [quality, cost] = [new Float64Array(order.length + 1), new Float64Array(order.length + 1)];
  quality[0] = total(cheapQuality);
  cost[0] = total(cheapCost);
  for (const [place, row] of order.entries()) {
    quality[place + 1] = (quality[place] as number) + (strongQuality[row] as number) - (cheapQuality[row] as number);
    cost[place + 1] = (cost[place] as number) + (strongCost[row] as number) - (cheapCost[row] as number);
  }
  const [allStrong, baseline] = [total(strongQuality), total(baselineCost)];
  return (threshold) => {
    const sent = firstNotAbove(sorted, threshold);
    return {
      retained: (100 * (quality[sent] as number)) / allStrong,
      saved: 100 * (1 - (cost[sent] as number) / baseline),
    };
  };
}

/** How many of falling scores are above a threshold. */
function firstNotAbove(falling: Float64Array, threshold: number): number {
  let [low, high] = [0, falling.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((falling[middle] as number) > threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}

function total(column: Float64Array): number {
  return column.reduce((sum, value) => sum + value, 0);
}
