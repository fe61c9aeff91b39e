import { ignoreRejection } from 'tta-dev-primitives/internal';
import { priceOf } from '../../llm/money/price.ts';
import type { PriceSource } from '../../llm/money/price-source.ts';
import { type Usage, withoutPromptCache } from '../../llm/money/usage.ts';

/** An answer that was not paid for. */
export interface UnpaidAnswer<I = unknown> {
  readonly input: I;
  /** The tokens its making had used, if it said so. */
  readonly usage: Usage | undefined;
  /** The model that had made it, as the provider names it. */
  readonly model: string | undefined;
  /** What its making cost, in US dollars, where the step has prices of its own. */
  readonly paidUsd?: number | undefined;
}

/** Tells what an answer would have cost now, in US dollars; undefined or null when that is not known. */
export type CostFunction<I = unknown> = (answer: UnpaidAnswer<I>) => number | null | undefined;

export interface PricingOptions<I> {
  readonly cost: CostFunction<I> | undefined;
  readonly provider: string | undefined;
  readonly prices: PriceSource | undefined;
}

/** What an answer would cost at an instant, in US dollars; undefined when that is not known, because a price is never guessed. */
export function answerCost<I>(
  answer: UnpaidAnswer<I>,
  { cost, provider, prices }: PricingOptions<I>,
  epochMs: number,
): number | undefined {
  if (cost !== undefined) return told(cost, answer);
  const { usage, model, paidUsd } = answer;
  if (paidUsd !== undefined) return paidUsd;
  if (usage === undefined || model === undefined) return undefined;
  return priceOf(usage, model, { provider, prices, at: new Date(epochMs) })?.totalUsd;
}

/** What an answer would cost, in US dollars. */
export interface AnswerCost {
  /** With the discount of the provider's prompt cache, as in the usage of the answer. */
  readonly usd: number;
  /** Had nothing been in the provider's prompt cache. */
  readonly grossUsd: number;
}

/** What an answer would cost at an instant, with and without the provider's prompt cache; undefined when that is not known. */
export function answerCosts<I>(
  answer: UnpaidAnswer<I>,
  pricing: PricingOptions<I>,
  epochMs: number,
): AnswerCost | undefined {
  const usd = answerCost(answer, pricing, epochMs);
  if (usd === undefined) return undefined;
  const usage = answer.usage && withoutPromptCache(answer.usage);
  const grossUsd = usage === undefined ? usd : (answerCost({ ...answer, usage }, pricing, epochMs) ?? usd);
  return { usd, grossUsd: Math.max(usd, grossUsd) };
}

function told<I>(cost: CostFunction<I>, answer: UnpaidAnswer<I>): number | undefined {
  try {
    const usd: unknown = cost(answer);
    ignoreRejection(usd);
    return typeof usd === 'number' && Number.isFinite(usd) && usd >= 0 ? usd : undefined;
  } catch {
    return undefined; // a price source that fails must not cost the caller the answer, which counts as unpriced
  }
}
