import { type Rates, scaled } from '../rates.ts';
import type { Usage } from '../usage.ts';
import type { Band } from './listed-rates.ts';
import type { Listing } from './listing.ts';

/** Words that providers use for the tier that the list prices. */
const STANDARD: ReadonlySet<string> = new Set(['', 'auto', 'default', 'on_demand', 'standard']);

/** What a tier charges: the listed rates times `factor`. */
interface Tier {
  readonly factor: number;
  /** Whether cached input is discounted in the same way; where that is not documented, cached input has no known price. */
  readonly scalesCache?: boolean;
}

const HALF: Tier = { factor: 0.5, scalesCache: true };
const HALF_UNCACHED: Tier = { factor: 0.5 };

/** @see https://openai.com/api-priority-processing and https://developers.openai.com/api/docs/pricing, read in November 2026 */
const OPENAI_PRIORITY: ReadonlyMap<string, number> = new Map([
  ['gpt-4o', 1.7],
  ['gpt-4o-mini', 5 / 3],
  ['gpt-4.1', 1.75],
  ['gpt-4.1-mini', 1.75],
  ['gpt-4.1-nano', 2],
  ['o3', 1.75],
  ['o4-mini', 2 / 1.1],
  ['gpt-5', 2],
  ['gpt-5-mini', 1.8],
  ['gpt-5.1', 2],
  ['gpt-5.2', 2],
  ['gpt-5.4', 2],
  ['gpt-5.4-mini', 2],
  ['gpt-5.5', 2.5],
  ['gpt-5.6-luna', 2],
  ['gpt-5.6-sol', 2],
  ['gpt-5.6-terra', 2],
  ['gpt-6-luna', 2],
  ['gpt-6-sol', 2],
]);

/** @see https://platform.claude.com/docs/en/build-with-claude/fast-mode; the factors are also those of resellers in the list */
const ANTHROPIC_FAST: ReadonlyMap<string, number> = new Map([
  ['claude-opus-4-6', 6],
  ['claude-opus-4-7', 6],
  ['claude-opus-4-8', 2],
  ['claude-opus-5', 2],
]);

/** Models with a batch rate for cached input; OpenAI lists no such rate for older models. */
const CACHES_IN_BATCHES = /^gpt-[5-9]/;

const TIERS: Readonly<Record<string, (tier: string, listing: Listing) => Tier | undefined>> = {
  openai: (tier, { model }) => {
    if (tier === 'batch') return CACHES_IN_BATCHES.test(model) ? HALF : HALF_UNCACHED;
    return tier === 'flex' ? HALF : openAiPriority(tier, model);
  },
  azure: (tier, { model }) => (tier === 'batch' ? HALF_UNCACHED : openAiPriority(tier, model)),
  anthropic: (tier, { model }) =>
    tier === 'batch' ? HALF : tier === 'fast' ? tierOf(ANTHROPIC_FAST, model) : undefined,
  google: (tier) => (tier === 'batch' || tier === 'flex' ? HALF_UNCACHED : undefined),
  aws: (tier) => (tier === 'batch' ? HALF_UNCACHED : undefined),
  mistral: (tier) => (tier === 'batch' ? HALF_UNCACHED : undefined),
  groq: (tier) => (tier === 'batch' ? HALF_UNCACHED : tier === 'flex' ? { factor: 1, scalesCache: true } : undefined),
};

/** @see https://platform.claude.com/docs/en/manage-claude/data-residency */
const REGION_FACTORS: Readonly<Record<string, ReadonlyMap<string, number>>> = {
  anthropic: new Map([['us', 1.1]]),
};

/**
 * The rates that a call was billed at, by its service tier and the region it had to run in.
 *
 * @returns null if the price of the tier or the region is not known, as that of capacity that was paid for in advance
 */
export function ratesAtTier(listing: Listing, { rates, above }: Band, usage: Usage): Rates | null {
  const isLongContext = above > 0;
  const region = regionFactor(listing, usage.inferenceRegion);
  const tier = usage.serviceTier ?? '';
  if (region === undefined) return null;
  if (STANDARD.has(tier)) return scaled(rates, region);
  const priced = TIERS[listing.provider]?.(tier, listing);
  if (priced === undefined || (priced.factor > 1 && isLongContext)) return null;
  const { cacheRead, cacheWrite, cacheWrite1h, cacheReadAudio, cacheReadImage, ...uncached } = rates;
  return scaled(priced.scalesCache === true ? rates : { ...uncached }, priced.factor * region);
}

function regionFactor({ provider }: Listing, region: string | undefined): number | undefined {
  return region === undefined ? 1 : REGION_FACTORS[provider]?.get(region);
}

/** Faster processing is called "priority" or, of late, "fast". The premium excludes prompts of long context. */
function openAiPriority(tier: string, model: string): Tier | undefined {
  return tier === 'priority' || tier === 'fast' ? tierOf(OPENAI_PRIORITY, model) : undefined;
}

function tierOf(factors: ReadonlyMap<string, number>, model: string): Tier | undefined {
  const factor = factors.get(model);
  return factor === undefined ? undefined : { factor, scalesCache: true };
}
