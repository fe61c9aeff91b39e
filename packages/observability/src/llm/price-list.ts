import { checkNumber, refusal } from 'tta-dev-primitives';
import type { Cost, PriceQuery, PriceSource } from './price.ts';
import type { Usage } from './usage.ts';

/** What a model costs, in US dollars per million tokens. */
export interface TokenPrice {
  readonly inputPerMillionUsd: number;
  readonly outputPerMillionUsd: number;
  /** For input read from the provider's prompt cache. @defaultValue inputPerMillionUsd */
  readonly cacheReadPerMillionUsd?: number | undefined;
  /** For input written to the provider's prompt cache. @defaultValue inputPerMillionUsd */
  readonly cacheWritePerMillionUsd?: number | undefined;
}

/**
 * A price source of one's own: negotiated prices, self-hosted models, models that are too new for the bundled list.
 *
 * Names are matched exactly, whoever the provider is; list a dated name (`gpt-4o-2024-11-20`) beside the plain one if answers
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
  const listed = new Map(Object.entries(prices));
  for (const [model, price] of listed) checkTokenPrice('priceList', `prices[${JSON.stringify(model)}]`, price);
  return {
    price(usage: Usage, model: string, query: PriceQuery): Cost | null {
      const price = listed.get(model);
      if (price === undefined) return fallback?.price(usage, model, query) ?? null;
      return costAt(price, usage, model, query.provider);
    },
  };
}

/** What tokens cost at a given price; null when more of the input was cached than there was input. */
export function costAt(price: TokenPrice, usage: Usage, model: string, provider?: string | undefined): Cost | null {
  const { inputPerMillionUsd, outputPerMillionUsd } = price;
  const { cacheReadPerMillionUsd = inputPerMillionUsd, cacheWritePerMillionUsd = inputPerMillionUsd } = price;
  const { inputTokens, outputTokens, cacheReadTokens = 0, cacheWriteTokens = 0 } = usage;
  const uncachedTokens = inputTokens - cacheReadTokens - cacheWriteTokens;
  if (uncachedTokens < 0) return null;
  const inputUsd =
    (uncachedTokens * inputPerMillionUsd +
      cacheReadTokens * cacheReadPerMillionUsd +
      cacheWriteTokens * cacheWritePerMillionUsd) /
    1e6;
  const outputUsd = (outputTokens * outputPerMillionUsd) / 1e6;
  return { inputUsd, outputUsd, totalUsd: inputUsd + outputUsd, model, provider };
}

/** Checks a price that an option of `owner` holds. @throws TypeError or RangeError that names the rate */
export function checkTokenPrice(owner: string, option: string, price: unknown): asserts price is TokenPrice {
  if (typeof price !== 'object' || price === null) {
    throw new TypeError(refusal(owner, option, price, 'an object with inputPerMillionUsd and outputPerMillionUsd'));
  }
  const rates = price as TokenPrice;
  checkNumber(owner, `${option}.inputPerMillionUsd`, rates.inputPerMillionUsd, { atLeast: 0 });
  checkNumber(owner, `${option}.outputPerMillionUsd`, rates.outputPerMillionUsd, { atLeast: 0 });
  for (const rate of ['cacheReadPerMillionUsd', 'cacheWritePerMillionUsd'] as const) {
    if (rates[rate] !== undefined) checkNumber(owner, `${option}.${rate}`, rates[rate], { atLeast: 0 });
  }
}
