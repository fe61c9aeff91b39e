import type { ModelPrice, Tier, TieredPrices } from '@pydantic/genai-prices';
import { type ModalCount, type Rates, requiredCounts } from '../rates.ts';
import type { Listing } from './listing.ts';

/**
 * OpenAI charges long context for prompts with more than 272,000 tokens. Where the list starts it at 271,999, it charges a prompt of
 * exactly 272,000 as a long one.
 *
 * @see https://developers.openai.com/api/docs/models/gpt-5.5
 */
const LONG_CONTEXT_STARTS: ReadonlyMap<number, number> = new Map([[271_999, 272_000]]);

/** Models that make nothing but images. The rate of their output, if it is the only one listed, is that of images. */
const MAKES_ONLY_IMAGES = /^gpt-image-/;

/** Models that make images beside text. */
const MAKES_IMAGES = /(?:^|-)image(?:-|$)/;

/** Models that make nothing but speech. The only rate of their output is that of audio. */
const MAKES_ONLY_SPEECH = /-tts(?:-|$)/;

/** Models that speak and listen. */
const SPEAKS = /(?:^|[-.])(?:audio|realtime|live|sonic)(?:[-.]|$)/;

const LISTENS = /-transcribe(?:-|$)/;

/** Gemini models with one price for all input. @see https://ai.google.dev/gemini-api/docs/pricing */
const HEARS_AT_RATE_OF_TEXT = /^gemini-(?:2\.5-pro|3-pro-preview|3\.1-pro-preview)$/;

/** Where Claude is served at Anthropic's terms: a write that is kept for an hour costs twice the input. */
const CLAUDE_PROVIDERS: ReadonlySet<string> = new Set(['anthropic', 'aws', 'google']);

const HOUR_WRITE_FACTOR = 2;

/** Rates for what a usage does not count. With one of them, the other rates are not the whole price. */
const UNCOUNTED = ['output_citation_mtok', 'output_reasoning_mtok', 'output_video_mtok'] as const;

/** What a listing charges for prompts of some size. */
export interface Band {
  /** It is charged for prompts with more tokens than these. */
  readonly above: number;
  readonly rates: Rates;
  /** The counts that a usage must state. */
  readonly required: readonly ModalCount[];
}

/** Bands by listing, because a listing is asked for each time that an answer is priced. */
const bands = new WeakMap<Listing, readonly [Band, ...Band[]]>();

/** What a listing charges for a prompt: the whole call has the rates of the highest tier that the prompt exceeds. */
export function bandOf(listing: Listing, inputTokens: number): Band {
  let known = bands.get(listing);
  if (known === undefined) {
    known = bandsOf(listing);
    bands.set(listing, known);
  }
  return known.findLast(({ above }) => inputTokens > above) ?? known[0];
}

function bandsOf(listing: Listing): [Band, ...Band[]] {
  const tiers = [listing.prices, listing.upstream ?? {}].flatMap(Object.values<ModelPrice[string]>).flatMap(tiersOf);
  const starts = [...new Set(tiers.map(startOf))].sort((left, right) => left - right);
  const bandAbove = (above: number): Band => {
    const rates = listedRates(listing, above + 1);
    return { above, rates, required: requiredBy(listing, rates) };
  };
  return [bandAbove(-1), ...starts.map(bandAbove)];
}

/**
 * The rates of a listing for a prompt of some size.
 *
 * Rates that are missing stay missing, but for those that follow from others by the provider's own terms: images cost what text
 * costs where the list has no rate of theirs, as they do for models that only look at them.
 */
function listedRates(listing: Listing, inputTokens: number): Rates {
  const { model, prices, upstream } = listing;
  const rate = (key: string): number | undefined => rateAt(prices[key], inputTokens);
  const input = rate('input_mtok');
  const output = UNCOUNTED.some((key) => prices[key] !== undefined) ? undefined : rate('output_mtok');
  // A reseller that passes a provider's price of input on passes on its cache rates too.
  const isPassedOn = input !== undefined && rateAt(upstream?.['input_mtok'], inputTokens) === input;
  const cacheRateOf = (key: string): number | undefined =>
    rate(key) ?? (isPassedOn ? rateAt(upstream?.[key], inputTokens) : undefined);
  const cacheRead = cacheRateOf('cache_read_mtok');
  const cacheWrite = cacheRateOf('cache_write_mtok');
  const makesOnlyImages = MAKES_ONLY_IMAGES.test(model) && prices['output_image_mtok'] === undefined;
  const hearsAsText = HEARS_AT_RATE_OF_TEXT.test(model);
  return {
    input,
    output: makesOnlyImages ? undefined : output,
    cacheRead,
    cacheWrite,
    cacheWrite1h: cacheRateOf('cache_write_1h_mtok') ?? hourWrite(listing, input, cacheWrite),
    inputAudio: rate('input_audio_mtok') ?? (hearsAsText ? input : undefined),
    outputAudio: rate('output_audio_mtok') ?? (MAKES_ONLY_SPEECH.test(model) ? output : undefined),
    cacheReadAudio: rate('cache_audio_read_mtok') ?? (hearsAsText ? cacheRead : undefined),
    inputImage: rate('input_image_mtok') ?? input,
    outputImage: rate('output_image_mtok') ?? (makesOnlyImages ? output : undefined),
    cacheReadImage: rate('cache_image_read_mtok') ?? (prices['input_image_mtok'] === undefined ? cacheRead : undefined),
  };
}

/** Models that make or hear sounds and images need them counted, also where their rates are not listed. */
function requiredBy({ model }: Listing, rates: Rates): readonly ModalCount[] {
  const required = requiredCounts(rates);
  if (MAKES_IMAGES.test(model)) required.push('outputImageTokens');
  if (LISTENS.test(model)) required.push('inputAudioTokens');
  return SPEAKS.test(model) ? [...required, 'inputAudioTokens', 'outputAudioTokens'] : required;
}

function hourWrite({ model, provider }: Listing, input: number | undefined, cacheWrite: number | undefined) {
  const isClaude = model.includes('claude') && CLAUDE_PROVIDERS.has(provider);
  return isClaude && input !== undefined && cacheWrite !== undefined ? input * HOUR_WRITE_FACTOR : undefined;
}

function rateAt(price: ModelPrice[string], inputTokens: number): number | undefined {
  return typeof price === 'object' ? tieredRate(price, inputTokens) : price;
}

function tieredRate({ base, tiers }: TieredPrices, inputTokens: number): number {
  return tiers.findLast((tier) => inputTokens > startOf(tier))?.price ?? base;
}

function tiersOf(price: ModelPrice[string]): readonly Tier[] {
  return typeof price === 'object' ? price.tiers : [];
}

function startOf({ start }: Tier): number {
  return LONG_CONTEXT_STARTS.get(start) ?? start;
}
