import { type Choices, total } from './choices.ts';
import { type Cut, cutsOf, steadiest } from './cuts.ts';
import { type Kept, type PromiseOptions, PromiseTest, USUAL_ALPHA } from './promise.ts';
import { leastRows, rowsToShow, rowsWithoutLoss } from './rows-needed.ts';

/** Why no threshold is admitted: too few rows to show anything, or they do not show the quality, or not a saving. */
export type CalibrationRefusal = 'too_few_rows' | 'quality' | 'saving';

/** A threshold between two choices, chosen on graded rows. */
export interface Threshold {
  /** The strong model is needed where the score is above it: -Infinity means always, Infinity never. */
  readonly threshold: number;
  /** False if no threshold is shown to keep the target and to save, so the answer is: always the strong model. */
  readonly isAdmitted: boolean;
  /** Undefined if one is admitted. */
  readonly refusal?: CalibrationRefusal | undefined;
  /** How many of the rows it sends to the strong model. */
  readonly sent: number;
  readonly rows: number;
  /** Rows on which the strong model is right, copies of a question counted once. */
  readonly strongRight: number;
}

/** What is to be shown. `alpha` is how often a calibration may promise what does not hold. */
export interface CalibrationOptions extends PromiseOptions {
  /** The share of the strong model's quality to keep, in (0, 1]. */
  readonly target: number;
}

/**
 * Chooses the threshold that keeps nearly most rows with the cheap model of those that are shown to keep the target, by a bound that
 * holds at every number of rows for qualities from 0 to 1. Thresholds are tested one after the other, from all rows strong to all rows
 * cheap, and the first that is not shown ends it: so the choice needs no correction, and at most the share `alpha` of calibrations promises
 * what does not hold; any of those that are shown may be taken. It must also be shown, in the same way from the other
 * end, that it saves.
 *
 * This holds for rows drawn like those to come, with scores from weights that have not seen them. It does not hold for scores of rows
 * that the weights were trained on, if traffic drifts, if you calibrate again and again until one is admitted, or for copies of a
 * question that `questions` does not mark as copies.
 *
 * @throws RangeError if an option is out of its range, or if there are no rows
 * @see Angelopoulos, Bates, Candès, Jordan, Lei: Learn then Test, https://arxiv.org/abs/2110.01052 (fixed-sequence testing)
 */
export function calibrate(choices: Choices, scores: Float64Array, options: CalibrationOptions): Threshold {
  const { target, ...promised } = calibrationOptions(options);
  const rows = scores.length;
  if (rows === 0) throw new RangeError('there are no rows to calibrate on');
  const test = new PromiseTest(choices, promised);
  const { strongRight } = test;
  const refused = (refusal: CalibrationRefusal): Threshold => ({
    threshold: -Infinity,
    isAdmitted: false,
    refusal,
    sent: rows,
    rows,
    strongRight,
  });
  if (strongRight < leastRows(target)) return refused('too_few_rows');
  const cuts = cutsOf(scores);
  const keptBy = ({ threshold }: Cut): Kept => ({ scores, threshold });
  const firstLost = cuts.findIndex((cut) => !test.keeps(keptBy(cut), target));
  const place = steadiest(firstLost === -1 ? cuts : cuts.slice(0, firstLost), rows);
  const chosen = cuts[place];
  if (chosen === undefined) return refused('quality');
  const fromCheapest = cuts.slice(place).reverse();
  if (!fromCheapest.every((cut) => test.saves(keptBy(cut)))) return refused('saving');
  const sent = sentBy(chosen.threshold, scores).reduce((sum, one) => sum + one, 0);
  return { threshold: chosen.threshold, isAdmitted: true, sent, rows, strongRight };
}

/** Options with their defaults. @throws RangeError if one is out of its range */
export function calibrationOptions({
  target,
  alpha = USUAL_ALPHA,
  ...rest
}: CalibrationOptions): CalibrationOptions & { readonly alpha: number } {
  if (!(target > 0 && target <= 1)) throw new RangeError(`target must be above 0 and at most 1, not ${target}`);
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must be above 0 and below 1, not ${alpha}`);
  return { target, alpha, ...rest };
}

/** Which rows a threshold sends to the strong model. */
export function sentBy(threshold: number, scores: Float64Array): Uint8Array {
  const sent = new Uint8Array(scores.length);
  for (let row = 0; row < sent.length; row += 1) sent[row] = (scores[row] as number) > threshold ? 1 : 0;
  return sent;
}

/**
 * About how many rows would show the target at the threshold that is nearest to it, if further rows are like these; undefined if
 * these lose too much at every threshold. At least twice as many as there are, since these do not show it.
 */
export function rowsToShowTarget(
  { cheapQuality, strongQuality }: Choices,
  scores: Float64Array,
  { target, alpha = USUAL_ALPHA }: CalibrationOptions,
): number | undefined {
  const rows = scores.length;
  const counts = cutsOf(scores).map(({ threshold }) => {
    const margins = scores.map((score, row) => {
      const strong = strongQuality[row] as number;
      return (score <= threshold ? (cheapQuality[row] as number) : strong) - target * strong;
    });
    return rowsToShow(margins, alpha) ?? Infinity;
  });
  const withoutLoss = ((rowsWithoutLoss(target, alpha) ?? 0) * rows) / total(strongQuality);
  const least = Math.max(Math.min(...counts), Math.ceil(withoutLoss), 2 * rows);
  return least < Infinity ? least : undefined;
}
