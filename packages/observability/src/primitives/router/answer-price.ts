import type { NoteFact, WorkflowContext } from 'tta-dev-primitives';
import type { Account } from '../../llm/account.ts';
import { costOfUsage, type PricedModel } from '../../llm/money/model-price.ts';
import type { PriceSource } from '../../llm/money/price-source.ts';
import type { LedgerEntry } from '../../llm/money/savings.ts';
import { type Usage, withoutBill } from '../../llm/money/usage.ts';

/** What an answer says about itself; undefined where it says nothing, as a stream that was left early does. */
export interface AnswerUsage {
  readonly usage: Usage | undefined;
  readonly model: string | undefined;
  readonly account: Account | undefined;
}

/** What a router's answers are priced with. */
export interface Pricing {
  readonly prices: PriceSource | undefined;
  readonly baseline: PricedModel | undefined;
}

/**
 * What the answer of a route cost and saved.
 *
 * The saving is what the same tokens would have cost at the baseline, less what they cost here. It is an estimate, because the
 * baseline's own answer would have had other tokens. Nothing is claimed without a baseline, and the baseline saves nothing.
 *
 * An answer that was not paid for costs nothing. What it would have cost is the saving of whoever had it at hand, so that only
 * the rest is the route's.
 */
export function priceAnswer(
  { prices, baseline }: Pricing,
  route: PricedModel,
  { usage, model, account }: AnswerUsage,
  context: WorkflowContext,
): LedgerEntry {
  const epochMs = context.clock.epochMs();
  const priceUsd = costOfUsage(route, usage, route.model ?? model, prices, epochMs);
  const costUsd = account === 'unpaid' ? 0 : priceUsd;
  if (baseline === undefined) return { costUsd };
  const baselineUsd =
    baseline === route ? priceUsd : costOfUsage(baseline, usage && withoutBill(usage), baseline.model, prices, epochMs);
  return { costUsd, savedUsd: { route: priceUsd === null || baselineUsd === null ? null : baselineUsd - priceUsd } };
}

/**
 * States what is known of an answer's tokens and money. Those of a call are stated once: not again by a router further out, and
 * not at all when there was no call.
 */
export function noteAnswer(
  note: NoteFact,
  route: PricedModel,
  { usage, model, account }: AnswerUsage,
  { costUsd, savedUsd }: LedgerEntry,
): void {
  if (account === undefined) {
    const pricedAs = route.model ?? model;
    if (pricedAs !== undefined) note('llm.model', pricedAs);
    if (usage !== undefined) note('llm.usage', usage);
    if (costUsd !== null) note('llm.costUsd', costUsd);
  }
  const saved = savedUsd?.route;
  if (typeof saved === 'number') note('router.savedUsd', saved);
  if (costUsd === null || saved === null) note('router.unpriced', true);
}
