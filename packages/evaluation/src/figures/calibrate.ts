import { type Choices, total } from './choices.ts';
import { rankingOf } from './ranking.ts';

/** A threshold between two choices, chosen on graded rows. */
export interface Threshold {
  /** The strong model is needed where the score is above it: -Infinity means always, Infinity never. */
  readonly threshold: number;
  /** False if no threshold keeps the target with enough certainty, so that the answer is: always the strong model. */
  readonly isAdmitted: boolean;
  /** How many of the rows it sends to the strong model. */
  readonly sent: number;
  readonly rows: number;
}

export interface CalibrationOptions {
  /** The share of the strong model's quality to keep, in (0, 1]. */
  readonly target: number;
  /** Standard errors that the lower confidence bound lies below the mean. @defaultValue 1.64, one-sided 95 % */
  readonly z?: number | undefined;
}

/** One-sided 95 %. */
export const USUAL_Z = 1.64;

/**
 * Chooses the cheapest threshold of which graded rows say with confidence that it keeps the target. Sending the first k rows by
 * score to the strong model is admitted if the mean of d = quality - target * strong quality, less z standard errors of it, is 0
 * or more; of those admitted the cheapest is taken, on equal cost the one with fewer rows sent. Choosing by the mean alone (z = 0)
 * misses the target on new rows about every other time.
 *
 * Only boundaries between distinct scores are considered, since no threshold lies inside a block of equal ones.
 *
 * @throws RangeError if an option is out of its range, or if there are no rows
 */
export function calibrate(
  choices: Choices,
  scores: Float64Array,
  { target, z = USUAL_Z }: CalibrationOptions,
): Threshold {
  if (!(target > 0 && target <= 1)) throw new RangeError(`target must be above 0 and at most 1, not ${target}`);
  if (!(z >= 0 && z < Infinity)) throw new RangeError(`z must be 0 or more, not ${z}`);
  const rows = scores.length;
  if (rows === 0) throw new RangeError('there are no rows to calibrate on');
  const { order, blockEnds } = rankingOf(scores);
  const { cheapQuality, strongQuality, cheapCost, strongCost } = choices;
  let sum = 0;
  let squares = 0;
  for (let row = 0; row < rows; row += 1) {
    const margin = (cheapQuality[row] as number) - target * (strongQuality[row] as number);
    sum += margin;
    squares += margin * margin;
  }
  let cost = total(cheapCost);
  let best: { readonly sent: number; readonly cost: number } | undefined;
  let place = 0;
  for (const end of [0, ...blockEnds]) {
    for (; place < end; place += 1) {
      const row = order[place] as number;
      const strong = strongQuality[row] as number;
      const before = (cheapQuality[row] as number) - target * strong;
      const after = (1 - target) * strong;
      sum += after - before;
      squares += after * after - before * before;
      cost += (strongCost[row] as number) - (cheapCost[row] as number);
    }
    const mean = sum / rows;
    const deviation = Math.sqrt(Math.max(0, squares / rows - mean * mean));
    const isAdmitted = mean - (z * deviation) / Math.sqrt(rows) >= -1e-12; // sums of floats miss 0 by less
    if (isAdmitted && (best === undefined || cost < best.cost - 1e-12 * Math.abs(best.cost)))
      best = { sent: end, cost };
  }
  if (best === undefined) return { threshold: -Infinity, isAdmitted: false, sent: rows, rows };
  return { threshold: between(scores, order, best.sent), isAdmitted: true, sent: best.sent, rows };
}

/** Which rows a threshold sends to the strong model. */
export function sentBy(threshold: number, scores: Float64Array): Uint8Array {
  return Uint8Array.from(scores, (score) => (score > threshold ? 1 : 0));
}

function between(scores: Float64Array, order: Int32Array, sent: number): number {
  if (sent === 0) return Infinity;
  if (sent === order.length) return -Infinity;
  const above = scores[order[sent - 1] as number] as number;
  const below = scores[order[sent] as number] as number;
  return below + (above - below) / 2;
}
