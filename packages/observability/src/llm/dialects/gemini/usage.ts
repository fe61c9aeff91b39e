import { field, listOf } from '../../fields.ts';
import type { Usage } from '../../money/usage.ts';
import { usageOfParts } from '../usage-parts.ts';
import { GeminiCounts, type Modalities } from './counts.ts';
import { totalsOf } from './totals.ts';

/** What only a usage of Gemini counts. */
const OWN_COUNTS = ['promptTokenCount', 'totalTokenCount', 'prompt_token_count', 'total_token_count'] as const;

/** The usage in a response, in either spelling; undefined if it has none. */
export function usageMetadataOf(response: unknown): object | undefined {
  const usage = field(response, 'usageMetadata') ?? field(response, 'usage_metadata');
  if (typeof usage !== 'object' || usage === null) return undefined;
  return OWN_COUNTS.some((name) => field(usage, name) !== undefined) ? usage : undefined;
}

export function geminiUsage(usage: object): Usage | undefined {
  return countedUsage(new GeminiCounts().add(usage));
}

/**
 * What a response used. Zeros are left out, and thoughts and the prompts of tools are counted separately. If the stated total differs, the
 * total is right.
 *
 * @returns undefined for a usage that is incomplete or contradicts itself
 * @see https://ai.google.dev/api/generate-content#UsageMetadata
 */
export function countedUsage(counts: GeminiCounts): Usage | undefined {
  const totals = totalsOf(counts);
  if (totals === undefined) return undefined;
  const { prompt, toolUse, cached, output } = counts.details;
  const input = prompt && toolUse ? sumOf(prompt, toolUse) : (prompt ?? toolUse);
  if (isLarger(input, totals.input) || isLarger(output, totals.output)) return undefined;
  return usageOfParts({
    inputTokens: totals.input,
    outputTokens: totals.output,
    cacheReadTokens: counts.cached,
    reasoningTokens: counts.thoughts,
    inputAudioTokens: input?.audio,
    inputImageTokens: input?.image,
    cacheReadAudioTokens: cached?.audio,
    cacheReadImageTokens: cached?.image,
    outputAudioTokens: output?.audio,
    outputImageTokens: output?.image,
    serviceTier: tierOf(counts.tier),
  });
}

function sumOf(left: Modalities, right: Modalities): Modalities {
  return { audio: left.audio + right.audio, image: left.image + right.image };
}

function isLarger(part: Modalities | undefined, whole: number): boolean {
  return part !== undefined && part.audio + part.image > whole;
}

const STANDARD: ReadonlySet<string> = new Set(['standard', 'on_demand', 'unspecified']);

/** The tier that Vertex names by its traffic (`ON_DEMAND_FLEX`) and the Gemini API as it is; undefined for the standard one. */
function tierOf(name: string | undefined): string | undefined {
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
