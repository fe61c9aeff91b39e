import { percentileInterval, resample } from './bootstrap.ts';
import { type Choices, total } from './choices.ts';

/** Whether routing does better than chance at the same spend. Qualities are in percentage points. */
export interface CostMatchedControl {
  /** Mean quality of the routed answers, less that of the same decisions dealt out at random at the same spend. */
  readonly lift: number;
  readonly liftLow: number | null;
  readonly liftHigh: number | null;
  /** True if even the lower bound of the lift is above 0. */
  readonly beatsChance: boolean;
}

/**
 * Compares decisions with their cost-matched shuffle: a random mix of the two choices that costs exactly as much. A router whose
 * lift is not clearly above 0 saves no more than a coin that is thrown before each call.
 *
 * @param mixed - what the coin chooses between, where that differs: it is thrown before any call, and a cascade decides after one.
 * @defaultValue `choices`
 */
export function costMatchedControl(
  choices: Choices,
  sent: Uint8Array,
  seed: number,
  mixed: Choices = choices,
): CostMatchedControl {
  const lifts: number[] = [];
  resample(sent.length, seed, (counts) => lifts.push(liftOf(choices, sent, mixed, counts)));
  const { low, high } = percentileInterval(lifts.map((lift) => (Number.isFinite(lift) ? lift : null)));
  const lift = liftOf(choices, sent, mixed);
  return { lift, liftLow: low, liftHigh: high, beatsChance: low !== null && low > 0 };
}

function liftOf(choices: Choices, sent: Uint8Array, mixed: Choices, counts?: Uint16Array): number {
  const { cheapQuality, strongQuality, cheapCost, strongCost } = choices;
  let quality = 0;
  let cost = 0;
  let rows = 0;
  for (let row = 0; row < sent.length; row += 1) {
    const count = counts === undefined ? 1 : (counts[row] as number);
    rows += count;
    quality += count * ((sent[row] === 1 ? strongQuality : cheapQuality)[row] as number);
    cost += count * ((sent[row] === 1 ? strongCost : cheapCost)[row] as number);
  }
  const [leastCost, mostCost] = [total(mixed.cheapCost, counts), total(mixed.strongCost, counts)];
  const ofAll = mostCost === leastCost ? 0 : (cost - leastCost) / (mostCost - leastCost);
  const share = Math.max(0, Math.min(1, ofAll)); // a mix has at most everything
  const [cheap, strong] = [total(mixed.cheapQuality, counts), total(mixed.strongQuality, counts)];
  return (100 * (quality - (cheap + share * (strong - cheap)))) / rows;
}
