import type { GradedAnswer, GradedRow } from 'tta-observability-integration/learning';
import { type Figure, ratioOf, savedShare } from '../figure.ts';
import type { CostOf } from '../prices.ts';
import { servedBy, type Traffic } from './traffic.ts';

/** What routing saved against one model that answers everything. Negative where it cost more. */
export interface Saving {
  /** In percent of the baseline's cost; its `n` is the number of requests. */
  readonly saved: Figure;
  readonly costUsd: number;
  readonly baselineUsd: number;
  readonly savedUsd: number;
  /** Requests left out, because a cost is not known. */
  readonly unpriced: number;
}

/** On comparisons: both models were really called. */
export interface RealisedSaving extends Saving {
  /** Quality of the callers' answers as a share of the baseline's, in percent. */
  readonly retained: Figure;
}

/** On requests: what the baseline would have written is unknown. */
export interface EstimatedSaving extends Saving {
  /** Per model, how many tokens the baseline is taken to write for each of its own. */
  readonly tokenRatios: Readonly<Record<string, number>>;
}

/** A ratio of tokens from fewer comparisons than these is taken as 1. */
const LEAST_COMPARED = 20;

export function realisedSaving({ comparisons }: Traffic, baseline: string, costOf: CostOf): RealisedSaving {
  const rows = comparisons.flatMap((row) => {
    const served = servedBy(row);
    return served === undefined || row.answers[baseline] === undefined ? [] : [{ row, served }];
  });
  const qualities = rows.flatMap(({ row, served }): Pairing[] => {
    const [given, other] = [row.answers[served]?.quality, row.answers[baseline]?.quality];
    return given === undefined || other === undefined ? [] : [[given, other]];
  });
  return {
    ...savingOf(rows.map(({ row, served }) => [costOf(row, served), costOf(row, baseline)])),
    retained: ratioOf(
      qualities.map(([given]) => given),
      qualities.map(([, other]) => other),
    ),
  };
}

export function estimatedSaving(traffic: Traffic, baseline: string, costOf: CostOf): EstimatedSaving {
  const tokenRatios: Record<string, number> = {};
  const rows = traffic.requests.flatMap((row): Pairing[] => {
    const model = servedBy(row);
    if (model === undefined) return [];
    const cost = costOf(row, model);
    if (model === baseline) return [[cost, cost]];
    const ratio = (tokenRatios[model] ??= tokenRatio(traffic, model, baseline));
    return [[cost, costOf(asAnsweredBy(baseline, row, model, ratio), baseline)]];
  });
  return { ...savingOf(rows), tokenRatios };
}

/** What was given, and what the baseline gives in its place. */
type Pairing = readonly [given: number, baseline: number];

function savingOf(rows: readonly Pairing[]): Saving {
  const known = rows.filter(([cost, baseline]) => !Number.isNaN(cost) && !Number.isNaN(baseline));
  const [costs, baselines] = [known.map(([cost]) => cost), known.map(([, baseline]) => baseline)];
  const [costUsd, baselineUsd] = [sum(costs), sum(baselines)];
  const saved = savedShare(costs, baselines);
  return { saved, costUsd, baselineUsd, savedUsd: baselineUsd - costUsd, unpriced: rows.length - known.length };
}

/** Tokens that the baseline wrote for each token of a model, where both answered. */
function tokenRatio({ comparisons }: Traffic, model: string, baseline: string): number {
  const tokens = comparisons.flatMap(({ answers }): Pairing[] => {
    const [own, others] = [answers[model]?.outputTokens, answers[baseline]?.outputTokens];
    return own === undefined || others === undefined ? [] : [[own, others]];
  });
  const own = sum(tokens.map(([count]) => count));
  return tokens.length < LEAST_COMPARED || own === 0 ? 1 : sum(tokens.map(([, count]) => count)) / own;
}

/** A request as the baseline may have answered it. */
function asAnsweredBy(baseline: string, row: GradedRow, model: string, ratio: number): GradedRow {
  const written = row.answers[model]?.outputTokens;
  const answer: GradedAnswer = {
    quality: undefined,
    outputTokens: written === undefined ? undefined : Math.round(written * ratio),
    costUsd: undefined,
    answer: undefined,
    text: undefined,
  };
  return { ...row, answers: { [baseline]: answer } };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
