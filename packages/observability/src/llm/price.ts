import { bundledPrices } from './bundled-prices.ts';
import type { Usage } from './usage.ts';

/** What one call of a model cost, in US dollars. `totalUsd` is `inputUsd` and `outputUsd` together. */
export interface Cost {
  readonly inputUsd: number;
  readonly outputUsd: number;
  readonly totalUsd: number;
  /** The model whose price was used, as the price source names it. */
  readonly model: string;
  /** The provider whose price was used; undefined when the price source does not tell providers apart. */
  readonly provider: string | undefined;
}

/** What a price may depend on besides the model. */
export interface PriceQuery {
  /** Who serves the model; the same model has different prices at different providers. @defaultValue guessed from the model's name */
  readonly provider?: string | undefined;
  /** When the call was made; prices change with the date, some with the time of day. @defaultValue now */
  readonly at?: Date | undefined;
}

/** Knows what models cost. */
export interface PriceSource {
  /** @returns the cost, or null when the price is not known; never 0 for want of knowing */
  price(usage: Usage, model: string, query: PriceQuery): Cost | null;
}

export interface PriceOptions extends PriceQuery {
  /** @defaultValue bundledPrices */
  readonly prices?: PriceSource | undefined;
}

/**
 * Prices the tokens of one call.
 *
 * @returns the cost, or null when it is not known: an unknown model, an unknown provider, a usage that contradicts itself, a price
 * source that fails. An unknown price is never 0.
 * @example
 * ```ts
 * priceOf({ inputTokens: 1_000, outputTokens: 100 }, 'gpt-4o-mini')?.totalUsd; // 0.00021
 * priceOf({ inputTokens: 1_000, outputTokens: 100 }, 'my-own-model'); // null
 * ```
 */
export function priceOf(usage: Usage, model: string, options: PriceOptions = {}): Cost | null {
  const { provider, at, prices = bundledPrices } = options;
  try {
    const cost = prices.price(usage, model, { provider, at });
    return cost !== null && isMoney(cost) ? cost : null;
  } catch {
    return null; // money is a by-product of an answer: whoever cannot tell the price must not cost the caller the answer
  }
}

function isMoney({ inputUsd, outputUsd, totalUsd }: Cost): boolean {
  return [inputUsd, outputUsd, totalUsd].every((usd) => Number.isFinite(usd) && usd >= 0);
}
