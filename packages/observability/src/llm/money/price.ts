import { besideBill, billedCost } from './bill.ts';
import { type Cost, isSound } from './cost.ts';
import { knownPrices } from './known-prices.ts';
import type { PriceQuery, PriceSource } from './price-source.ts';
import { isEmptyUsage, type Usage } from './usage.ts';

export interface PriceOptions extends PriceQuery {
  /** @defaultValue the prices of registered dialects, then bundledPrices */
  readonly prices?: PriceSource | undefined;
}

/**
 * Prices one call: its tokens, the tools that the provider ran, and the fee of the request.
 *
 * The provider's own bill (`usage.billedUsd`) is the total if the price comes from the bundled list or is unknown.
 * Your own price is the total even if the provider billed another amount, which is then in `billedUsd`.
 *
 * @returns the cost, or null if any part is unknown: an unknown model or provider, tokens, tools or a service tier without a
 * price, a usage that counts nothing or contradicts itself, a price source that fails. An unknown price is never 0.
 * @example
 * ```ts
 * priceOf({ inputTokens: 1_000, outputTokens: 100 }, 'gpt-4o-mini')?.totalUsd; // 0.00021
 * priceOf({ inputTokens: 1_000, outputTokens: 100 }, 'my-own-model'); // null
 * ```
 */
export function priceOf(usage: Usage, model: string, options: PriceOptions = {}): Cost | null {
  const { provider, at, prices = knownPrices } = options;
  const cost = isEmptyUsage(usage) ? null : askedPrice(prices, usage, model, { provider, at });
  return besideBill(cost ?? billedCost(usage, null, model, provider), usage);
}

function askedPrice(prices: PriceSource, usage: Usage, model: string, query: PriceQuery): Cost | null {
  try {
    const cost = prices.price(usage, model, query);
    return cost !== null && isSound(cost) ? cost : null;
  } catch {
    return null; // a price source that fails must not cost the caller the answer
  }
}
