import type { WorkflowContext } from 'tta-dev-primitives';
import { costOfUsage, type PricedModel } from '../../../llm/money/model-price.ts';
import type { PriceSource } from '../../../llm/money/price-source.ts';
import type { Usage } from '../../../llm/money/usage.ts';

/** Prices change with the minute at most. */
const MINUTE_MS = 60_000;

const MAX_PRICES = 1_000;

/**
 * Prices estimated usages. They are rounded up to two digits, which an estimate does not have, so that the same few prices are asked
 * for again and again and need not be looked up.
 */
export class EstimatePrices {
  readonly #route: PricedModel;
  readonly #prices: PriceSource | undefined;
  readonly #known = new Map<number, number | null>();
  #minute = Number.NaN;
  #pricedAs: string | undefined;

  constructor(route: PricedModel, prices: PriceSource | undefined) {
    this.#route = route;
    this.#prices = prices;
  }

  /** @returns US dollars; null when the price is not known */
  costUsd(usage: Usage, pricedAs: string | undefined, context: WorkflowContext): number | null {
    if (this.#route.price !== undefined) {
      return costOfUsage(this.#route, usage, pricedAs, undefined, context.clock.epochMs());
    }
    this.#forget(pricedAs, Math.floor(context.clock.epochMs() / MINUTE_MS));
    const inputTokens = twoDigits(usage.inputTokens);
    const outputTokens = twoDigits(usage.outputTokens);
    const cachedTenths = inputTokens === 0 ? 0 : Math.floor(((usage.cacheReadTokens ?? 0) / inputTokens) * 10);
    const key = (inputTokens * 1e6 + outputTokens) * 11 + cachedTenths;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const rounded = { inputTokens, outputTokens, cacheReadTokens: Math.floor((inputTokens * cachedTenths) / 10) };
    const costUsd = costOfUsage(this.#route, rounded, pricedAs, this.#prices, context.clock.epochMs());
    this.#known.set(key, costUsd);
    return costUsd;
  }

  #forget(pricedAs: string | undefined, minute: number): void {
    if (minute === this.#minute && pricedAs === this.#pricedAs && this.#known.size < MAX_PRICES) return;
    this.#minute = minute;
    this.#pricedAs = pricedAs;
    this.#known.clear();
  }
}

function twoDigits(tokens: number): number {
  let unit = 1;
  while (tokens / unit >= 100) unit *= 10;
  return Math.ceil(tokens / unit) * unit;
}
