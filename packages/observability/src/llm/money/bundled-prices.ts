import { billedCost } from './bill.ts';
import { type Cost, costOfParts } from './cost.ts';
import { bandOf } from './listed/listed-rates.ts';
import { listingOf } from './listed/listing.ts';
import { requestFee } from './listed/request-fees.ts';
import { ratesAtTier } from './listed/service-tiers.ts';
import { toolFees } from './listed/tool-fees.ts';
import type { PriceQuery, PriceSource } from './price-source.ts';
import { costAtRates } from './rates.ts';
import type { Usage } from './usage.ts';

/**
 * The list prices that come with `@pydantic/genai-prices`: about thirty providers, historical and tiered prices, prices by the
 * time of day, and rates for cached tokens, sounds and images. Works offline. To them this source adds what providers publish and
 * the list lacks: service tiers, fees of tools and requests, a few newer or corrected prices. Negotiated discounts are not in it.
 *
 * Pass the provider with any model that several providers serve. Without it, `mixtral-8x7b-32768` has Mistral's price and not Groq's. The
 * price of a model without a listed token rate is unknown, even if the model is free.
 *
 * What the provider says it billed is the total, because it knows its discounts and its upstream; the list then says how the bill
 * divides into parts.
 *
 * @see https://github.com/pydantic/genai-prices
 */
export const bundledPrices: PriceSource = {
  price(usage: Usage, model: string, query: PriceQuery): Cost | null {
    return billedCost(usage, listedCost(usage, model, query), model, query.provider);
  },
};

function listedCost(usage: Usage, model: string, { provider, at }: PriceQuery): Cost | null {
  if (usage.hasUnlistedParts === true) return null;
  const listing = listingOf(model, provider, at);
  if (listing === null) return null;
  const { inputTokens, largestInputTokens = inputTokens } = usage;
  const band = bandOf(listing, largestInputTokens);
  // One of several calls was long; the others may have been short.
  if (band.above > 0 && largestInputTokens < inputTokens) return null;
  const rates = ratesAtTier(listing, band, usage);
  const tokens = rates === null ? null : costAtRates(rates, usage, band.required);
  const toolsUsd = toolFees(listing, usage.toolCalls);
  const otherUsd = requestFee(listing, usage);
  if (tokens === null || toolsUsd === null || otherUsd === null) return null;
  return costOfParts({ ...tokens, toolsUsd, otherUsd }, listing.model, listing.provider);
}
