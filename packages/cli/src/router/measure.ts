import {
  type Choices,
  complexityIn,
  evaluateRouters,
  type RouterFigures,
  randomMixSaved,
} from 'tta-observability-integration/learning';
import { FOLDS, type LearningRows } from './learn.ts';
import { lengthsOf } from './learned.ts';

/** What was measured of a router, with what chance saves where it retains as much. In percent, but for APGR. */
export type MeasuredRouter = RouterFigures & {
  /** What a random mix of both models saves at the quality that the calibrated router retains. */
  readonly randomMixSaved: number | null;
};

export interface Measuring {
  readonly target: number;
  readonly seed: number;
  /** The decisions of the learned router, where its threshold was fixed before on other rows. */
  readonly sent?: Uint8Array | undefined;
}

/** Orders for the simulated APGR of chance; ten times more would move its third digit. */
const RANDOM_ORDERS = 1_000;

/**
 * Measures the learned router beside length, untrained rules, a random mix, the best static choice and an oracle, on the same
 * resamples. Thresholds are chosen for each fifth of the rows on the other four, so that none is measured where it was chosen.
 */
export function measureRouters(
  data: LearningRows,
  choices: Choices,
  gains: Float64Array,
  { target, seed, sent }: Measuring,
): readonly MeasuredRouter[] {
  const scored = (router: string, scores: Float64Array) => ({ router, scores, calibrationScores: scores });
  const rules = Float64Array.from(data.vectors, ({ features }) => complexityIn(features));
  const routers = [
    { ...scored('learned', gains), sent },
    scored('length', lengthsOf(data)),
    scored('complexity rules', rules),
  ];
  const options = { target, seed, folds: data.folds, randomOrders: RANDOM_ORDERS };
  return evaluateRouters(choices, choices, routers, options).map((figures) => ({
    ...figures,
    randomMixSaved: figures.calibrated.retained === null ? null : randomMixSaved(choices, figures.calibrated.retained),
  }));
}

/** Whether folds can be told apart at all. */
export function canMeasure({ folds }: LearningRows): boolean {
  return new Set(folds).size >= 2 && folds.length >= 2 * FOLDS;
}
