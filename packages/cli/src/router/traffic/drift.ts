import { populationStability } from 'tta-evaluation';
import {
  type GradedRow,
  gainOf,
  predictor,
  type RoutingWeights,
  type ScoreHistogram,
  vectorOfRow,
} from 'tta-observability-integration/learning';
import type { Progress } from '../progress.ts';
import { trainedOn } from '../unseen.ts';
import { suitable } from '../weights-file.ts';

/** How far scores have moved from those that the weights were made with. */
export interface Drift {
  /** The calibrated score, or P(good) of one model. */
  readonly of: string;
  readonly n: number;
  /** The population stability index. */
  readonly index: number;
  /** With this number of rows and no drift, the score is below this in 95 of 100 cases. */
  readonly byChance: number;
  /** `open` where it may be chance. */
  readonly verdict: 'stable' | 'moderate' | 'major' | 'open';
}

/** 95 % of the chi-squared distribution with 9 degrees of freedom, for ten bins. */
const CHI_SQUARED_95 = 16.919;
const PAUSE_EVERY = 500;

/**
 * Compares the scores of rows that the weights were not trained on with the histograms in them.
 *
 * @see Yurdakul and Naranjo, Statistical properties of the population stability index (2020), for its distribution
 * @throws UsageError if prompts were hashed too coarsely for the weights
 */
export async function driftIn(
  rows: readonly GradedRow[],
  weights: RoutingWeights,
  { at, pause }: Progress,
): Promise<readonly Drift[]> {
  const { calibration, training, hashBits } = weights;
  const { predictVector } = predictor(weights);
  const wasSeen = trainedOn(weights);
  const fresh = training === undefined ? rows : rows.filter((row) => !wasSeen(row));
  const chances: Readonly<Record<string, number>>[] = [];
  for (const [index, row] of fresh.entries()) {
    if (index % PAUSE_EVERY === 0) await pause();
    at(index / fresh.length, 'scoring');
    chances.push(predictVector(suitable(() => vectorOfRow(row, hashBits))));
  }
  const of = (
    name: string,
    expected: ScoreHistogram,
    expectedRows: number,
    score: (chance: Readonly<Record<string, number>>) => number,
  ): Drift => {
    const index = populationStability(expected, Float64Array.from(chances, score));
    const byChance = CHI_SQUARED_95 * (1 / chances.length + 1 / expectedRows);
    return { of: name, n: chances.length, index, byChance, verdict: verdictOf(index, byChance) };
  };
  if (chances.length === 0) return [];
  return [
    ...(calibration?.scores === undefined
      ? []
      : [
          of('score', calibration.scores, calibration.rows, (chance) =>
            gainOf(chance, calibration.cheap, calibration.strong),
          ),
        ]),
    ...Object.entries(training?.chances ?? {}).map(([model, expected]) =>
      of(`P(good) of ${model}`, expected, training?.rows ?? 1, (chance) => chance[model] ?? 0),
    ),
  ];
}

function verdictOf(index: number, byChance: number): Drift['verdict'] {
  if (index < 0.1) return 'stable';
  if (index < byChance) return 'open';
  return index < 0.25 ? 'moderate' : 'major';
}
