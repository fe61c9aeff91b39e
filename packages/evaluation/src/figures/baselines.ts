import { type Random, seededRandom, shuffle } from '../random.ts';
import { type Choices, total } from './choices.ts';
import { curveMetrics } from './curve.ts';

/**
 * The score of an oracle, who knows what every model will answer: rows that gain most from the strong model first, and among rows
 * with equal gain, those that it makes least expensive. No router can do better; most of the way there cannot be seen in a prompt.
 */
export function oracleScores({ cheapQuality, strongQuality, cheapCost, strongCost }: Choices): Float64Array {
  const extra = strongCost.map((cost, row) => cost - (cheapCost[row] as number));
  const most = extra.reduce((max, cost) => Math.max(max, Math.abs(cost)), 0);
  return cheapQuality.map((cheap, row) => {
    const price = most > 0 ? (extra[row] as number) / most : 0;
    return (strongQuality[row] as number) - cheap - 1e-6 * price;
  });
}

/**
 * The APGR of random orders of the rows: what chance gives. Their mean is 0.5 whatever the data, so it also proves the metric.
 *
 * @returns one figure per order
 */
export function randomOrderApgr(choices: Choices, orders: number, seed: number): readonly number[] {
  const rows = choices.cheapQuality.length;
  const random: Random = seededRandom(seed);
  const order = Int32Array.from(choices.cheapQuality.keys());
  const blockEnds = order.map((row) => row + 1);
  const figures: number[] = [];
  for (let drawn = 0; drawn < orders && rows > 0; drawn += 1) {
    shuffle(order, random);
    const { apgr } = curveMetrics(choices, { order, blockEnds });
    if (apgr !== null) figures.push(apgr);
  }
  return figures;
}

/** What the best of two static choices, always cheap or always strong, saves at a share of the strong model's quality. */
export function bestStaticSaved(choices: Choices, retention: number, counts?: Uint16Array): number {
  const { cheapQuality, strongQuality, cheapCost, baselineCost } = choices;
  const isCheapEnough = total(cheapQuality, counts) >= retention * total(strongQuality, counts);
  return isCheapEnough ? Math.max(0, 100 * (1 - total(cheapCost, counts) / total(baselineCost, counts))) : 0;
}
