import type { CalibrationOptions } from './calibrate.ts';
import type { Choices } from './choices.ts';

/** A router to be measured, by the scores it gives: high means that the strong model is needed. */
export interface ScoredRouter {
  readonly router: string;
  /** On the rows that its threshold is chosen on, from weights that had not seen them. */
  readonly calibrationScores: Float64Array;
  /** On the rows that it is measured on. */
  readonly scores: Float64Array;
  /** What its two choices give and cost, where that differs from the pair's own: a cascade pays for its cheap calls. */
  readonly calibrationChoices?: Choices | undefined;
  readonly choices?: Choices | undefined;
  /** Its decisions, 1 for strong, where its threshold was fixed before; then none is chosen for it. */
  readonly sent?: Uint8Array | undefined;
  /** Whether it was found before that nothing is to be gained by it: then every row goes to the strong model alone. */
  readonly isOff?: boolean | undefined;
}

export interface EvaluationOptions extends Omit<CalibrationOptions, 'questions'> {
  /** Decides the resamples and the random orders. */
  readonly seed: number;
  /** Random orders for the sanity of a random mix. @defaultValue 10000 */
  readonly randomOrders?: number | undefined;
  /**
   * The fold of each row that is measured on ({@link foldsOf}). Then thresholds for a fold are chosen on the rows of all others, and
   * `calibration` is not looked at: where there are no further rows, none of them is kept back.
   */
  readonly folds?: Int32Array | undefined;
}
