import type { WorkflowContext } from 'tta-dev-primitives';
import { type PriceSource, priceOf } from '../../../llm/price.ts';
import { costAt, type TokenPrice } from '../../../llm/price-list.ts';
import type { Usage } from '../../../llm/usage.ts';

/** Who answers, as far as prices depend on it. */
export interface PricedModel {
  readonly name: string;
  readonly model: string | undefined;
  readonly provider: string | undefined;
  readonly price: TokenPrice | undefined;
}

/** What a request would come to on a route: tokens and money, both estimated before anything is sent. */
export interface CostEstimate {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In US dollars; null when the price is not known. */
  readonly costUsd: number | null;
}

/**
 * What tokens cost on a route, in US dollars.
 *
 * @param pricedAs - the model, where the route has no price of its own
 * @returns null when the usage, the model or its price is not known
 */
export function costOfUsage(
  { price, provider, name }: PricedModel,
  usage: Usage | undefined,
  pricedAs: string | undefined,
  prices: PriceSource | undefined,
  context: WorkflowContext,
): number | null {
  if (usage === undefined) return null;
  if (price !== undefined) return costAt(price, usage, pricedAs ?? name, provider)?.totalUsd ?? null;
  if (pricedAs === undefined) return null;
  const at = new Date(context.clock.epochMs());
  return priceOf(usage, pricedAs, { provider, at, prices })?.totalUsd ?? null;
}
