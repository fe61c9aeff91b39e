import type { WorkflowContext } from 'tta-dev-primitives';
import { MinuteMemo } from '../money/minute-memo.ts';
import { costOfUsage, type PricedModel } from '../money/model-price.ts';
import type { PriceSource } from '../money/price-source.ts';
import type { Usage } from '../money/usage.ts';

const MAX_PRICES = 1_000;

/**
 * Prices estimated usages. Usages are rounded up to two digits, which is more precise than the estimates. The same few prices
 * then repeat and need no lookup.
 */
export class EstimatePrices {
  readonly #route: PricedModel;
  readonly #prices: PriceSource | undefined;
  readonly #memo = new MinuteMemo<number, number | null>(MAX_PRICES);
  #pricedAs: string | undefined;

  constructor(route: PricedModel, prices: PriceSource | undefined) {
    this.#route = route;
    this.#prices = prices;
  }

  /** @returns US dollars; null when the price is not known */
  costUsd(usage: Usage, pricedAs: string | undefined, context: WorkflowContext): number | null {
    const epochMs = context.clock.epochMs();
    if (this.#route.price !== undefined) return costOfUsage(this.#route, usage, pricedAs, undefined, epochMs);
    if (pricedAs !== this.#pricedAs) this.#memo.clear();
    this.#pricedAs = pricedAs;
    const found = this.#memo.at(epochMs);
    const inputTokens = twoDigits(usage.inputTokens);
    const outputTokens = twoDigits(usage.outputTokens);
    const cachedTenths = inputTokens === 0 ? 0 : Math.floor(((usage.cacheReadTokens ?? 0) / inputTokens) * 10);
    const key = (inputTokens * 1e6 + outputTokens) * 11 + cachedTenths;
    const known = found.get(key);
    if (known !== undefined) return known;
    const rounded = { inputTokens, outputTokens, cacheReadTokens: Math.floor((inputTokens * cachedTenths) / 10) };
    const costUsd = costOfUsage(this.#route, rounded, pricedAs, this.#prices, epochMs);
    found.set(key, costUsd);
    return costUsd;
  }
}

function twoDigits(tokens: number): number {
  let unit = 1;
  while (tokens / unit >= 100) unit *= 10;
  return Math.ceil(tokens / unit) * unit;
}
