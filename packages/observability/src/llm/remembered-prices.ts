import type { Cost, PriceQuery, PriceSource } from './price.ts';
import type { Usage } from './usage.ts';

/** Enough for the answers that a busy process gives again within a minute; a few megabytes. */
const MAX_PRICES = 10_000;

const MINUTE_MS = 60_000;

/** A name from outside must not fill the memory. */
const MAX_KEY_LENGTH = 500;

/**
 * A price source that computes each price once a minute: the prices of one minute are kept, and forgotten when a price is asked
 * for in another one. No list changes its prices within a minute, not even one that tells them by the time of day.
 *
 * For a source whose prices take long to compute, because an answer from a cache is priced every time it is served.
 */
export function rememberedPrices(source: PriceSource): PriceSource {
  const prices = new Map<string, Cost | null>();
  let minute = Number.NaN;
  return {
    price(usage: Usage, model: string, query: PriceQuery): Cost | null {
      const asked = Math.floor((query.at?.getTime() ?? Date.now()) / MINUTE_MS);
      if (asked !== minute || prices.size >= MAX_PRICES) prices.clear();
      minute = asked;
      const key = keyOf(usage, model, query.provider);
      const known = prices.get(key);
      if (known !== undefined) return known;
      const cost = Object.freeze(source.price(usage, model, query));
      if (key.length <= MAX_KEY_LENGTH) prices.set(key, cost);
      return cost;
    },
  };
}

/** Every part of a usage by its place, so that a part that is missing is told from one that is 0. */
function keyOf(usage: Usage, model: string, provider: string | undefined): string {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, cacheWrite1hTokens } = usage;
  const { inputAudioTokens, outputAudioTokens, reasoningTokens } = usage;
  const input = `${inputTokens} ${cacheReadTokens} ${cacheWriteTokens} ${cacheWrite1hTokens} ${inputAudioTokens}`;
  return `${input} ${outputTokens} ${outputAudioTokens} ${reasoningTokens} ${provider?.length} ${provider} ${model}`;
}
