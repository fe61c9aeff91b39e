import { billedCost } from './bill.ts';
import { priceOf } from './price.ts';
import type { PriceSource } from './price-source.ts';
import { costAt, type TokenPrice } from './token-price.ts';
import { type Usage, withoutBill } from './usage.ts';

/** Who answers, as far as prices depend on it. */
export interface PricedModel {
  readonly name: string;
  /** As which model its answers are priced; undefined: as the one that the answer names. */
  readonly model: string | undefined;
  readonly provider: string | undefined;
  /** What its tokens cost, instead of asking a price source. */
  readonly price: TokenPrice | undefined;
}

/**
 * What a call of a model cost, in US dollars.
 *
 * @param answeredBy - the model that the answer names, for one that is not named itself
 * @returns null when the usage, the model or its price is not known
 */
export function costOfUsage(
  { name, model, price, provider }: PricedModel,
  usage: Usage | undefined,
  answeredBy: string | undefined,
  prices: PriceSource | undefined,
  epochMs: number,
): number | null {
  if (usage === undefined) return null;
  const pricedAs = model ?? answeredBy;
  if (price !== undefined) {
    const named = pricedAs ?? name;
    return (costAt(price, usage, named, provider) ?? billedCost(usage, null, named, provider))?.totalUsd ?? null;
  }
  if (pricedAs === undefined) return null;
  return priceOf(usage, pricedAs, { provider, at: new Date(epochMs), prices })?.totalUsd ?? null;
}

/**
 * What the tokens of several answers would have cost at another model, whatever their own providers billed, in US dollars.
 *
 * @param answeredBy - the model that answers there, for one that is not named itself
 * @returns null if there is no answer, or if the cost of one is not known
 */
export function costElsewhere(
  elsewhere: PricedModel,
  usages: readonly Usage[],
  answeredBy: string | undefined,
  prices: PriceSource | undefined,
  epochMs: number,
): number | null {
  if (usages.length === 0) return null;
  let sum = 0;
  for (const usage of usages) {
    const usd = costOfUsage(elsewhere, withoutBill(usage), answeredBy, prices, epochMs);
    if (usd === null) return null;
    sum += usd;
  }
  return sum;
}
