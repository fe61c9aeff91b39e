import type { NoteFact, WorkflowContext } from 'tta-dev-primitives';
import type { Spending } from '../../llm/call/beneath.ts';
import type { LedgerBaseline } from '../../llm/money/ledger/entry.ts';
import { costElsewhere, type PricedModel } from '../../llm/money/model-price.ts';
import type { PriceSource } from '../../llm/money/price-source.ts';

/** What a router's answers are priced with. */
export interface Pricing {
  readonly prices: PriceSource | undefined;
  readonly baseline: PricedModel | undefined;
}

/** What the answer of a route cost and saved, and what it would have cost at the baseline, if there is one. */
export interface RouteMoney {
  /** What was paid: 0 for an answer from a cache, null if that is unknown. */
  readonly costUsd: number | null;
  /** Null if unknown; absent without a baseline. */
  readonly savedUsd?: number | null | undefined;
  readonly baseline?: LedgerBaseline | undefined;
}

/**
 * What the answer of a route cost and saved.
 *
 * The saving is what the same tokens would have cost at the baseline, less what they cost here. It is an estimate, because the
 * baseline's own answer would have had other tokens. Nothing is claimed without a baseline, and the baseline saves nothing.
 *
 * What a cache within the route saved counts for the cache, so only the rest counts for the route.
 *
 * @param asked - the model that the request names; a baseline without a model of its own would have answered as this one
 */
export function priceAnswer(
  { prices, baseline }: Pricing,
  route: PricedModel,
  { costUsd, usages, reusedUsages, reusedUsd }: Spending,
  context: WorkflowContext,
  asked?: string | undefined,
): RouteMoney {
  if (baseline === undefined) return { costUsd };
  const all = [...usages, ...reusedUsages];
  const hereUsd = costUsd === null || reusedUsd === null ? null : costUsd + reusedUsd;
  const { name, model = asked } = baseline;
  const isHere = baseline === route && all.length > 0;
  const baselineUsd = isHere ? hereUsd : costElsewhere(baseline, all, model, prices, context.clock.epochMs());
  const savedUsd = baselineUsd === null || hereUsd === null ? null : baselineUsd - hereUsd;
  return { costUsd, savedUsd, baseline: { route: name, model, costUsd: baselineUsd } };
}

/** What an attempt without an answer has cost: with a baseline, which would not have made it, a loss. */
export function lossOf({ baseline }: Pricing, costUsd: number | null): RouteMoney {
  return baseline === undefined ? { costUsd } : { costUsd, savedUsd: costUsd === null ? null : -costUsd };
}

/** States what an attempt saved, or that this is unknown. */
export function noteEntry(note: NoteFact, { costUsd, savedUsd, baseline }: RouteMoney): void {
  if (baseline !== undefined) note('router.baseline', baseline);
  if (typeof savedUsd === 'number') note('router.savedUsd', savedUsd);
  if (costUsd === null || savedUsd === null) note('router.unpriced', true);
}
