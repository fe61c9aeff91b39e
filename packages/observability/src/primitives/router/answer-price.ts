import type { NoteFact, WorkflowContext } from 'tta-dev-primitives';
import type { Spending } from '../../llm/call/beneath.ts';
import { costElsewhere, type PricedModel } from '../../llm/money/model-price.ts';
import type { PriceSource } from '../../llm/money/price-source.ts';
import type { MoneyEntry } from '../../llm/money/savings.ts';

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
 * What a cache within the route saved counts for the cache, so only the rest counts for the route.
 */
export function priceAnswer(
  { prices, baseline }: Pricing,
  route: PricedModel,
  { costUsd, usages, reusedUsages, reusedUsd }: Spending,
  context: WorkflowContext,
): MoneyEntry {
  if (baseline === undefined) return { costUsd };
  if (costUsd === null || reusedUsd === null) return { costUsd, savedUsd: { route: null } };
  const hereUsd = costUsd + reusedUsd;
  if (baseline === route) return { costUsd, savedUsd: { route: usages.length + reusedUsages.length === 0 ? null : 0 } };
  const epochMs = context.clock.epochMs();
  const baselineUsd = costElsewhere(baseline, [...usages, ...reusedUsages], baseline.model, prices, epochMs);
  return { costUsd, savedUsd: { route: baselineUsd === null ? null : baselineUsd - hereUsd } };
}

/** What an attempt without an answer has cost: with a baseline, which would not have made it, a loss. */
export function lossOf({ baseline }: Pricing, costUsd: number | null): MoneyEntry {
  return baseline === undefined ? { costUsd } : { costUsd, savedUsd: { route: costUsd === null ? null : -costUsd } };
}

/** States what an attempt saved, or that this is unknown. */
export function noteEntry(note: NoteFact, { costUsd, savedUsd }: MoneyEntry): void {
  const saved = savedUsd?.route;
  if (typeof saved === 'number') note('router.savedUsd', saved);
  if (costUsd === null || saved === null) note('router.unpriced', true);
}
