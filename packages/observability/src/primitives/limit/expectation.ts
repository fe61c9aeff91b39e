import type { WorkflowContext } from 'tta-dev-primitives';
import type { ExpectedUse, LimitUse } from '../../limits/limit-store.ts';
import type { Spending } from '../../llm/call/beneath.ts';
import { totalUsage } from '../../llm/money/usage.ts';
import { checkedEstimate, type LimitSettings } from './limit-options.ts';
import { learnUse, type UseEstimate } from './use-estimates.ts';

/** What one execution is expected to use. */
export interface Expectation {
  readonly expected: ExpectedUse;
  /** Undefined if nothing is to be learned from the execution. */
  readonly estimate: UseEstimate | undefined;
}

const NOTHING: Expectation = { expected: { tokens: 0, costUsd: 0, isGuess: false }, estimate: undefined };

/** @throws what the user's `estimate` throws; TypeError or RangeError for what it must not return */
export function expectationOf<I>(
  { estimates, estimate }: Pick<LimitSettings<I, unknown>, 'estimates' | 'estimate'>,
  key: string,
  input: I,
  context: WorkflowContext,
): Expectation {
  if (estimates === undefined) return NOTHING;
  const given = estimate === undefined ? {} : checkedEstimate(estimate(input, context));
  const own = estimates.of(key, input, context);
  const { tokens = own.tokens, costUsd = own.costUsd } = given;
  return { expected: { tokens, costUsd, isGuess: own.isGuess && given.tokens === undefined }, estimate: own };
}

const NOTHING_USED = { used: { tokens: 0, costUsd: 0 }, isUnpriced: false };

/** What an execution has used; nothing if that does not matter. A call with unknown parts counts with the expectation of the execution. */
export function usedBeneath(
  spending: Spending | undefined,
  { expected }: Expectation,
): { readonly used: LimitUse; readonly isUnpriced: boolean } {
  if (spending === undefined) return NOTHING_USED;
  const { calls, usages, costUsd, knownUsd } = spending;
  // A call that failed before it gave anything states that it cost nothing, and no usage.
  const areTokensKnown = costUsd !== null || calls === usages.length;
  const tokens = tokensOf(usages) + (areTokensKnown ? 0 : expected.tokens);
  if (costUsd !== null) return { used: { tokens, costUsd }, isUnpriced: false };
  const guessUsd = expected.costUsd === Infinity ? 0 : expected.costUsd;
  return { used: { tokens, costUsd: knownUsd + guessUsd }, isUnpriced: true };
}

/** Learns from an execution that made one call and knows all about it. */
export function learn({ estimate }: Expectation, { calls, usages, costUsd }: Spending): void {
  if (estimate === undefined || calls !== 1) return;
  learnUse(estimate, totalUsage(usages), costUsd);
}

function tokensOf(usages: Spending['usages']): number {
  return usages.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);
}
