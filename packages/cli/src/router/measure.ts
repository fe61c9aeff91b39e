import {
  type Choices,
  type CostMatchedControl,
  costMatchedControl,
  evaluateRouters,
  type RouterFigures,
  randomMixSaved,
  type ScoredRouter,
  settle,
} from 'tta-evaluation';
import { complexityIn } from 'tta-observability-integration/learning';
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
  /** The decisions of the learned router, or of the verifier where there is one, if its threshold was fixed before on other rows. */
  readonly sent?: Uint8Array | undefined;
  /** A cascade that a verifier decides in, to be measured too. */
  readonly verified?: VerifiedAnswers | undefined;
}

/** Answers of the cheap model that a verifier has judged. */
export interface VerifiedAnswers {
  readonly trust: Float64Array;
  /** How long each answer is: characters, or tokens where the texts are not known. */
  readonly lengths: Float64Array;
  /** 1 where the strong model answers otherwise than the cheap one; absent if that cannot be compared in any row. */
  readonly differs?: Uint8Array | undefined;
  /** What accepting and escalating come to: the cheap call is always paid. */
  readonly cascade: Choices;
  /** Whether the cheap model is not asked at all, because its calibration found no threshold. */
  readonly isOff?: boolean | undefined;
}

/** Orders for the simulated APGR of chance; ten times more would move its third digit. */
const RANDOM_ORDERS = 1_000;

/**
 * Measures the learned router beside length, untrained rules, a random mix, the best static choice and an oracle, on the same
 * resamples. Thresholds are chosen for each fifth of the rows on the other four: no threshold is measured where it was chosen.
 */
export function measureRouters(
  data: LearningRows,
  choices: Choices,
  gains: Float64Array,
  { target, seed, sent, verified }: Measuring,
): readonly MeasuredRouter[] {
  const rules = Float64Array.from(data.vectors, ({ features }) => complexityIn(features));
  const routers = [
    ...(verified === undefined ? [] : verifiedRouters(verified, sent)),
    { ...scored('learned', gains), sent: verified === undefined ? sent : undefined },
    scored('length', lengthsOf(data)),
    scored('complexity rules', rules),
  ];
  const options = { target, seed, folds: data.folds, randomOrders: RANDOM_ORDERS };
  return evaluateRouters(choices, choices, routers, options).map((figures) => ({
    ...figures,
    randomMixSaved: figures.calibrated.retained === null ? null : randomMixSaved(choices, figures.calibrated.retained),
  }));
}

/**
 * Whether a verifier beats a coin that is thrown before any call, at the same spend; with thresholds for each fifth of the rows that
 * were chosen on the other four, unless its decisions are fixed.
 */
export function verifierControl(
  { folds }: LearningRows,
  choices: Choices,
  verified: VerifiedAnswers,
  { target, seed, sent: fixed }: Measuring,
): CostMatchedControl {
  const [router] = verifiedRouters(verified, fixed);
  const { settled, sent } = settle(router, choices, choices, { target, seed, folds });
  return costMatchedControl(settled, sent, seed, choices);
}

/** The verifier, and beside it what the length of the answer alone would decide. */
function verifiedRouters(
  { trust, lengths, cascade, isOff }: VerifiedAnswers,
  sent: Uint8Array | undefined,
): readonly [ScoredRouter, ScoredRouter] {
  const costs = { choices: cascade, calibrationChoices: cascade };
  const verifier = scored(
    'verifier',
    trust.map((value) => -value),
  );
  return [
    { ...verifier, ...costs, sent, isOff },
    { ...scored('answer length', lengths), ...costs },
  ];
}

function scored(router: string, scores: Float64Array): ScoredRouter {
  return { router, scores, calibrationScores: scores };
}

/** Whether the rows can be divided into folds. */
export function canMeasure({ folds }: LearningRows): boolean {
  return new Set(folds).size >= 2 && folds.length >= 2 * FOLDS;
}
