import { refusal } from 'tta-dev-primitives/internal';
import type { Cost } from './cost.ts';
import type { PriceQuery, PriceSource } from './price-source.ts';
import { costAt, type TokenPrice, tokenPriceOption } from './token-price.ts';
import type { Usage } from './usage.ts';

/**
 * Your own prices: negotiated prices, self-hosted models, models that are too new for the bundled list.
 *
 * Names are matched exactly, for every provider. List a dated name (`gpt-4o-2024-11-20`) beside the plain one if answers
 * carry it.
 *
 * @param fallback - asked about models that are not listed; without it, their price is unknown
 * @throws TypeError or RangeError, naming the model and the rate, if a rate is not a number from 0
 * @example
 * ```ts
 * const prices = priceList({ 'my-llama': { inputPerMillionUsd: 0.1, outputPerMillionUsd: 0.1 } }, bundledPrices);
 * priceOf(usage, 'my-llama', { prices });
 * ```
 */
export function priceList(prices: Readonly<Record<string, TokenPrice>>, fallback?: PriceSource): PriceSource {
  if (typeof prices !== 'object' || prices === null) {
    throw new TypeError(refusal('priceList', 'prices', prices, 'an object of prices by model'));
  }
  const listed = new Map(Object.entries(prices));
  for (const [model, price] of listed) tokenPriceOption.check('priceList', `prices[${JSON.stringify(model)}]`, price);
  return {
    price(usage: Usage, model: string, query: PriceQuery): Cost | null {
      const price = listed.get(model);
      if (price === undefined) return fallback?.price(usage, model, query) ?? null;
      return costAt(price, usage, model, query.provider);
    },
  };
}
