import { calcPrice, type ModelPrice } from '@pydantic/genai-prices';
import type { Cost, PriceQuery, PriceSource } from './price.ts';
import { rememberedPrices } from './remembered-prices.ts';
import type { Usage } from './usage.ts';

/** OpenTelemetry's names of providers, where the price list has another name for them. */
const LISTED_PROVIDERS: ReadonlyMap<string, string> = new Map([
  ['aws.bedrock', 'aws'],
  ['azure.ai.inference', 'azure'],
  ['azure.ai.openai', 'azure'],
  ['gcp.gemini', 'google'],
  ['gcp.gen_ai', 'google'],
  ['gcp.vertex_ai', 'google'],
  ['mistral_ai', 'mistral'],
  ['moonshot_ai', 'moonshotai'],
  ['x_ai', 'x-ai'],
]);

/**
 * The list prices that come with `@pydantic/genai-prices`: about thirty providers, historical and tiered prices, prices by the
 * time of day, and rates for cached tokens. Works offline; negotiated discounts and service tiers (batch, flex, priority) are
 * not in it.
 *
 * Give the provider with any model that several providers serve: without it, `mixtral-8x7b-32768` has Mistral's price and not
 * Groq's. A model that is listed without a rate for tokens is unknown, also if it is free.
 *
 * @see https://github.com/pydantic/genai-prices
 */
export const bundledPrices: PriceSource = rememberedPrices({
  price(usage: Usage, model: string, { provider, at }: PriceQuery): Cost | null {
    const found = calcPrice(unitsOf(usage), model, {
      ...(provider === undefined ? {} : { providerId: LISTED_PROVIDERS.get(provider) ?? provider }),
      ...(at === undefined ? {} : { timestamp: at }),
    });
    if (found === null || !hasRates(found.model_price, usage)) return null;
    return {
      inputUsd: found.input_price,
      outputUsd: found.output_price,
      totalUsd: found.total_price,
      model: found.model.id,
      provider: found.provider.id,
    };
  },
});

/** The list counts as we do: parts are included in their whole. It charges reasoning as output, so it need not know of it. */
function unitsOf(usage: Usage): Record<string, number | undefined> {
  return {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cache_read_tokens: usage.cacheReadTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    cache_write_1h_tokens: usage.cacheWrite1hTokens,
    input_audio_tokens: usage.inputAudioTokens,
    output_audio_tokens: usage.outputAudioTokens,
  };
}

/** Where a rate is missing the list charges nothing, or the rate of text: neither is what such tokens cost. */
function hasRates(rates: ModelPrice, usage: Usage): boolean {
  const needed: [string, number | undefined][] = [
    ['input_mtok', usage.inputTokens],
    ['output_mtok', usage.outputTokens],
    ['input_audio_mtok', usage.inputAudioTokens],
    ['output_audio_mtok', usage.outputAudioTokens],
  ];
  return needed.every(([rate, tokens]) => (tokens ?? 0) === 0 || rates[rate] !== undefined);
}
