import { countField, field, listOf, textField } from '../../fields.ts';
import type { Usage } from '../../money/usage.ts';
import { usageOfParts } from '../usage-parts.ts';
import { totalsOf } from './totals.ts';
import { CAMEL, SNAKE, type UsageNames } from './usage-names.ts';

/** The usage that a response states, in whichever spelling; undefined without one. */
export function usageMetadataOf(response: unknown): object | undefined {
  const usage = field(response, 'usageMetadata') ?? field(response, 'usage_metadata');
  if (typeof usage !== 'object' || usage === null) return undefined;
  const isOurs = [CAMEL, SNAKE].some(({ prompt, total }) => isStated(usage, prompt) || isStated(usage, total));
  return isOurs ? usage : undefined;
}

function isStated(usage: object, name: string): boolean {
  return field(usage, name) !== undefined;
}

/**
 * What a response used. What is zero is left out, and thoughts and the prompts of tools are counted apart. Where the stated total
 * says otherwise, the total is right.
 *
 * @returns undefined for a usage that is incomplete or contradicts itself
 * @see https://ai.google.dev/api/generate-content#UsageMetadata
 */
export function geminiUsage(usage: unknown, names: UsageNames = namesOf(usage)): Usage | undefined {
  const totals = totalsOf(usage, names);
  if (totals === undefined) return undefined;
  const input = modalities([field(usage, names.promptDetails), field(usage, names.toolUseDetails)], names);
  const cached = modalities([field(usage, names.cachedDetails)], names);
  const output = modalities([oneOf(usage, names.outputDetails)], names);
  if (sumOf(input) > totals.input || sumOf(output) > totals.output) return undefined;
  return usageOfParts({
    inputTokens: totals.input,
    outputTokens: totals.output,
    cacheReadTokens: totals.cached,
    reasoningTokens: totals.thoughts,
    inputAudioTokens: input?.audio,
    inputImageTokens: input?.image,
    cacheReadAudioTokens: cached?.audio,
    cacheReadImageTokens: cached?.image,
    outputAudioTokens: output?.audio,
    outputImageTokens: output?.image,
    serviceTier: tierOf(usage, names),
  });
}

function namesOf(usage: unknown): UsageNames {
  return field(usage, CAMEL.prompt) === undefined ? SNAKE : CAMEL;
}

interface Modalities {
  audio: number;
  image: number;
}

/** How much is sound and how much images; undefined without details, which leaves both unknown. */
function modalities(lists: readonly unknown[], names: UsageNames): Modalities | undefined {
  if (!lists.some(Array.isArray)) return undefined;
  const sums: Modalities = { audio: 0, image: 0 };
  for (const detail of lists.flatMap(listOf)) {
    const modality = textField(detail, 'modality')?.toLowerCase();
    if (modality === 'audio' || modality === 'image') sums[modality] += countField(detail, names.tokens) ?? 0;
  }
  return sums;
}

function sumOf(modalities: Modalities | undefined): number {
  return modalities === undefined ? 0 : modalities.audio + modalities.image;
}

const STANDARD: ReadonlySet<string> = new Set(['standard', 'on_demand', 'unspecified']);

/** Vertex names the kind of traffic (`ON_DEMAND_FLEX`), the Gemini API the tier. */
function tierOf(usage: unknown, names: UsageNames): string | undefined {
  return geminiTier(textField(usage, names.traffic) ?? textField(usage, names.tier));
}

/** The tier that a word of Google's stands for; undefined for the standard one. */
export function geminiTier(name: string | undefined): string | undefined {
  const word = name?.toLowerCase();
  if (word === undefined || STANDARD.has(word) || word.endsWith('_unspecified')) return undefined;
  return word.replace(/^on_demand_/, '').replace(/^service_tier_/, '');
}

function oneOf(value: unknown, names: readonly string[]): unknown {
  return names.map((name) => field(value, name)).find((part) => part !== undefined);
}

/** Queries that grounding made, which are billed by the query, and the tools that made them. */
const QUERIES = [
  ['google_search', 'webSearchQueries', 'web_search_queries'],
  ['google_image_search', 'imageSearchQueries', 'image_search_queries'],
  ['retrieval', 'retrievalQueries', 'retrieval_queries'],
] as const;

/** How often a response was grounded, by tool; undefined if it was not. */
export function groundingCalls(metadata: unknown): Record<string, number> | undefined {
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  const calls: Record<string, number> = {};
  for (const [tool, ...names] of QUERIES) {
    const queries = listOf(oneOf(metadata, names)).filter((query) => typeof query === 'string' && query !== '');
    if (queries.length > 0) calls[tool] = queries.length;
  }
  const chunks = listOf(oneOf(metadata, ['groundingChunks', 'grounding_chunks']));
  if (chunks.some((chunk) => (field(chunk, 'maps') ?? null) !== null)) calls['google_maps'] = 1;
  return Object.keys(calls).length > 0 ? calls : undefined;
}
