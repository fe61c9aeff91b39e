import type { ShadowAnswer } from './whole-answer.ts';

/** An answer, and what it is worth, from 0 to 1. */
export interface GradedShadowAnswer<O> extends ShadowAnswer<O> {
  readonly quality: number;
}

/** One request that both ways have answered: the argument of `onCompared`. */
export interface Comparison<I, O> {
  readonly input: I;
  /** Whether the caller's answer came from the baseline itself. */
  readonly isFromBaseline: boolean;
  /** The caller's answer first; then the other one, unless the baseline answered the caller and there is no `cheap` step. */
  readonly answers: readonly [GradedShadowAnswer<O>] | readonly [GradedShadowAnswer<O>, GradedShadowAnswer<O>];
}

/** What is kept of a comparison: no word of the request or of an answer. */
export interface ComparisonRow {
  readonly isFromBaseline: boolean;
  /** Quality and cost of what the caller got, in US dollars, and of the baseline. */
  readonly answer: number;
  readonly baseline: number;
  readonly answerUsd: number | null;
  readonly baselineUsd: number | null;
  /** The same of the cheap answer; undefined where only the baseline was asked. */
  readonly cheap: { readonly quality: number; readonly costUsd: number | null } | undefined;
}

export function rowOf({ isFromBaseline, answers: [given, other] }: Comparison<unknown, unknown>): ComparisonRow {
  const [cheap, baseline] = isFromBaseline ? [other, given] : [given, other ?? given];
  return {
    isFromBaseline,
    answer: given.quality,
    baseline: baseline.quality,
    answerUsd: given.costUsd,
    baselineUsd: baseline.costUsd,
    cheap: cheap === undefined ? undefined : { quality: cheap.quality, costUsd: cheap.costUsd },
  };
}
