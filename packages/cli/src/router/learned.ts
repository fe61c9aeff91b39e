import { areaUnderCurve, choicesBetween, curveMetrics, percentileInterval, rankingOf, resample } from 'tta-evaluation';
import { FEATURE_NAMES } from 'tta-observability-integration/learning';
import type { Figure } from './figure.ts';
import { type Chances, type LearningRows, qualitiesOf } from './learn.ts';
import type { Pair } from './pair.ts';

/** What was learned of a model, on rows that the weights had not seen. */
export interface LearnedModel {
  readonly model: string;
  readonly graded: number;
  /** Mean quality of its answers, from 0 to 1. */
  readonly quality: number;
  /** How well P(good) tells its good answers from its bad ones; chance gives 0.5. */
  readonly auc: Figure;
  /** The same for the length of the prompt: short ones first. */
  readonly lengthAuc: Figure;
}

/** What the order of prompts is worth that the weights give, between a model and the best one; chance gives 0.5. */
export interface LearnedPair {
  readonly cheap: string;
  readonly strong: string;
  readonly apgr: Figure;
  readonly lengthApgr: Figure;
}

/** Fewer rows than these on which both models were graded say nothing of a pair. */
const LEAST_SHARED = 20;
const LENGTH = FEATURE_NAMES.indexOf('logCharacters');

export function lengthsOf({ vectors }: LearningRows): Float64Array {
  return Float64Array.from(vectors, ({ features }) => features[LENGTH] as number);
}

export function learnedModel(data: LearningRows, model: string, chances: Float64Array, seed: number): LearnedModel {
  const all = qualitiesOf(data.rows, model);
  const graded = Array.from(all.keys()).filter((row) => !Number.isNaN(all[row]));
  const quality = columnAt(all, graded);
  const ranking = rankingOf(columnAt(chances, graded));
  const byLength = rankingOf(columnAt(lengthsOf(data), graded).map((length) => -length));
  const draws: [(number | null)[], (number | null)[]] = [[], []];
  resample(graded.length, seed, (counts) => {
    draws[0].push(areaUnderCurve(quality, ranking, counts));
    draws[1].push(areaUnderCurve(quality, byLength, counts));
  });
  const n = graded.length;
  return {
    model,
    graded: n,
    quality: quality.reduce((sum, value) => sum + value, 0) / n,
    auc: { n, value: areaUnderCurve(quality, ranking), ...percentileInterval(draws[0]) },
    lengthAuc: { n, value: areaUnderCurve(quality, byLength), ...percentileInterval(draws[1]) },
  };
}

/** @returns undefined where too few rows have both models graded, or where none of them may be the better one */
export function learnedPair(
  data: LearningRows,
  { cheap, strong }: Pair,
  chances: Chances,
  seed: number,
): LearnedPair | undefined {
  const gains = data.rows.map((_, row) => (chances[strong]?.[row] ?? 0) - (chances[cheap]?.[row] ?? 0));
  const [apgr, lengthApgr] = orderWorth(data, { cheap, strong }, [Float64Array.from(gains), lengthsOf(data)], seed);
  return apgr === undefined || lengthApgr === undefined ? undefined : { cheap, strong, apgr, lengthApgr };
}

/**
 * What orders of rows are worth between two models, as APGR, by scores; a high score means that the strong model is needed.
 *
 * @returns nothing where too few rows have both models graded, or where none of them may be the better one
 */
export function orderWorth(
  data: LearningRows,
  { cheap, strong }: Pair,
  scores: readonly Float64Array[],
  seed: number,
): readonly Figure[] {
  const [cheapAll, strongAll] = [qualitiesOf(data.rows, cheap), qualitiesOf(data.rows, strong)];
  const shared = Array.from(cheapAll.keys()).filter(
    (row) => !Number.isNaN(cheapAll[row]) && !Number.isNaN(strongAll[row]),
  );
  const n = shared.length;
  if (n < LEAST_SHARED) return [];
  const free = new Float64Array(n);
  const callsOf = (quality: Float64Array) => ({ quality: columnAt(quality, shared), cost: free });
  const choices = choicesBetween(callsOf(cheapAll), callsOf(strongAll));
  const orders = scores.map((column) => ({
    ranking: rankingOf(columnAt(column, shared)),
    draws: [] as (number | null)[],
  }));
  const gaps: number[] = [];
  resample(n, seed, (counts) => {
    gaps.push(counts.reduce((sum, count, row) => sum + count * gapAt(choices, row), 0));
    for (const { ranking, draws } of orders) draws.push(curveMetrics(choices, ranking, counts).apgr);
  });
  const gap = percentileInterval(gaps);
  if (gap.low === null || gap.low <= 0) return [];
  return orders.map(({ ranking, draws }) => ({
    n,
    value: curveMetrics(choices, ranking).apgr,
    ...percentileInterval(draws),
  }));
}

function gapAt({ strongQuality, cheapQuality }: ReturnType<typeof choicesBetween>, row: number): number {
  return (strongQuality[row] as number) - (cheapQuality[row] as number);
}

function columnAt(column: Float64Array, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows, (row) => column[row] as number);
}
