import { calcPrice, findProvider, type ModelPrice } from '@pydantic/genai-prices';
import { datedPrices } from './dated-prices.ts';
import { eachMinute } from './each-minute.ts';

/** What the list says of a model at one provider, at one time. */
export interface Listing {
  readonly provider: string;
  readonly model: string;
  readonly prices: ModelPrice;
  /** The same model at the provider that made it, for an entry of a reseller that leaves rates out. */
  readonly upstream: ModelPrice | undefined;
}

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
  ['togetherai', 'together'],
  ['x_ai', 'x-ai'],
]);

/**
 * Gateways that charge what the maker of a model charges. They name it with its maker: `openai/gpt-4o`.
 *
 * @see https://vercel.com/docs/ai-gateway/pricing
 */
const AT_COST: ReadonlySet<string> = new Set(['gateway', 'vercel']);

/** Names that only one provider gives, which the list does not guess from them. */
const NAMED_LIKE: readonly (readonly [RegExp, string])[] = [
  [/^(?:text-embedding-|chatgpt-)/, 'openai'],
  [/^embed-/, 'cohere'],
  [/^deepseek-/, 'deepseek'],
  [/^sonar(?:-|$)/, 'perplexity'],
  [/^(?:[a-z-]+\.)?(?:amazon|anthropic|cohere|meta|mistral)\./, 'aws'],
];

/** Gemini's answers and requests name models as resources: `models/gemini-2.5-pro`, `publishers/google/models/gemini-2.5-pro`. */
const RESOURCE = /^(?:projects\/[^/]+\/locations\/[^/]+\/)?(?:publishers\/[^/]+\/)?models\//;

/** Looks a model up in the list. @returns null if the list does not know it, or does not know which price applies */
export const listingOf: (model: string, provider: string | undefined, at: Date | undefined) => Listing | null =
  eachMinute(findListing);

function findListing(model: string, provider: string | undefined, at: Date): Listing | null {
  const { name, seller } = chargedAs(model.replace(RESOURCE, ''), provider);
  const listedAs = seller === undefined ? guessedProvider(name) : listedProvider(seller);
  if (listedAs === 'aws' && isProfileUnknown(name, at)) return null;
  const dated = datedPrices(listedAs, name, at);
  if (dated !== undefined)
    return dated && { provider: dated.provider, model: name, prices: dated.prices, upstream: undefined };
  const found = lookUp(name, listedAs, at);
  return found && { ...found, upstream: found.provider === 'openrouter' ? upstreamOf(name, at) : undefined };
}

/** The model and the provider whose price is charged. */
function chargedAs(
  name: string,
  seller: string | undefined,
): { readonly name: string; readonly seller: string | undefined } {
  if (seller === 'huggingface') return chargedByHuggingFace(name);
  const slash = seller !== undefined && AT_COST.has(seller) ? name.indexOf('/') : -1;
  return slash < 1 ? { name, seller } : { name: name.slice(slash + 1), seller: name.slice(0, slash) };
}

/**
 * Hugging Face charges what the provider charges that a name ends with: `openai/gpt-oss-120b:groq`. Without one, or with a rule such as
 * `:cheapest`, the request does not tell who will serve it.
 *
 * @see https://huggingface.co/docs/inference-providers
 */
function chargedByHuggingFace(name: string): { readonly name: string; readonly seller: string } {
  const [model = name, served] = name.split(':');
  return { name: model, seller: served === undefined ? 'huggingface' : `huggingface_${served}` };
}

/** The list's own name of a provider, which it finds from other spellings: `bedrock`, `DeepSeek`. */
function listedProvider(provider: string): string {
  return LISTED_PROVIDERS.get(provider) ?? findProvider({ providerId: provider })?.id ?? provider;
}

function guessedProvider(name: string): string | undefined {
  return NAMED_LIKE.find(([pattern]) => pattern.test(name))?.[1];
}

/** Tokens are counted here and not by the list, which fills gaps with other rates. */
function lookUp(
  name: string,
  providerId: string | undefined,
  timestamp: Date,
): Pick<Listing, 'provider' | 'model' | 'prices'> | null {
  const found = calcPrice({}, name, { timestamp, ...(providerId !== undefined && { providerId }) });
  return found && { provider: found.provider.id, model: found.model.id, prices: found.model_price };
}

/** A reseller's name of a model begins with who made it: `openai/gpt-4o`. */
function upstreamOf(name: string, at: Date): ModelPrice | undefined {
  const slash = name.indexOf('/');
  const maker = name.slice(0, slash);
  return lookUp(name.slice(slash + 1), listedProvider(maker), at)?.prices;
}

/**
 * Bedrock's answers name Claude without the inference profile that was asked for. The name alone decides nothing where a regional
 * profile costs more than the global one.
 */
function isProfileUnknown(name: string, at: Date): boolean {
  if (!name.startsWith('claude-')) return false;
  const regional = lookUp(name, 'aws', at);
  const global = lookUp(`global.anthropic.${name}`, 'aws', at);
  return global !== null && global.prices['input_mtok'] !== regional?.prices['input_mtok'];
}
