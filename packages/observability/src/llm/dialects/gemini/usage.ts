import { field, isGiven, isObject, listOf } from '../../fields.ts';
import type { Usage } from '../../money/usage.ts';
import { tierOf } from '../billed-by.ts';
import { eitherField } from '../spelling.ts';
import { usageOfParts } from '../usage-parts.ts';
import { GeminiCounts, type Modalities } from './counts.ts';

/** The usage in a response, in either spelling; undefined if it has none. */
export function usageMetadataOf(response: unknown): object | undefined {
  const usage = eitherField(response, 'usageMetadata');
  const isOwn = ['promptTokenCount', 'totalTokenCount'].some((name) => eitherField(usage, name) !== undefined);
  return isObject(usage) && isOwn ? usage : undefined;
}

export function geminiUsage(usage: object): Usage | undefined {
  return countedUsage(new GeminiCounts().add(usage));
}

/**
 * What a response used. Zeros are left out, and thoughts and the prompts of tools are counted separately. If the stated total differs, the
 * total is right.
 *
 * @param toolCalls - how often the provider ran tools, by tool
 * @returns undefined for a usage that is incomplete or contradicts itself
 * @see https://ai.google.dev/api/generate-content#UsageMetadata
 */
export function countedUsage(counted: GeminiCounts, toolCalls?: Usage['toolCalls']): Usage | undefined {
  const totals = totalsOf(counted.counts);
  if (totals === undefined) return undefined;
  const { prompt, toolUse, cached, output } = counted.details;
  const input = prompt && toolUse ? sumOf(prompt, toolUse) : (prompt ?? toolUse);
  if (isLarger(input, totals.inputTokens) || isLarger(output, totals.outputTokens)) return undefined;
  return usageOfParts({
    ...totals,
    cacheReadTokens: counted.counts.cached,
    reasoningTokens: counted.counts.thoughts,
    inputAudioTokens: input?.audio,
    inputImageTokens: input?.image,
    cacheReadAudioTokens: cached?.audio,
    cacheReadImageTokens: cached?.image,
    outputAudioTokens: output?.audio,
    outputImageTokens: output?.image,
    toolCalls,
    serviceTier: geminiTier(counted.tier),
  });
}

/** The input and the output that add up to the stated total; undefined if there is no way, or several ways. */
function totalsOf(counts: GeminiCounts['counts']): Pick<Usage, 'inputTokens' | 'outputTokens'> | undefined {
  const { prompt, toolUse = 0, candidates = 0, thoughts = 0, cached = 0, total = 0 } = counts;
  if (prompt === undefined) return undefined;
  const inputTokens = prompt + toolUse;
  if (inputTokens === 0 && candidates > 0) return undefined; // no prompt is empty
  const outputTokens = candidates + thoughts;
  // A total of 0 is unknown.
  if (total === 0 || total === inputTokens + outputTokens) return { inputTokens, outputTokens };
  if (total === inputTokens + candidates) return { inputTokens, outputTokens: candidates };
  if (total < inputTokens + outputTokens) return undefined;
  if (total === inputTokens + outputTokens + cached) return { inputTokens: inputTokens + cached, outputTokens };
  // The rest is thoughts that a gateway does not name; they are billed as output.
  return { inputTokens, outputTokens: total - inputTokens };
}

function sumOf(left: Modalities, right: Modalities): Modalities {
  return { audio: left.audio + right.audio, image: left.image + right.image };
}

function isLarger(part: Modalities | undefined, whole: number): boolean {
  return part !== undefined && part.audio + part.image > whole;
}

/** The tier that Vertex names by its traffic (`ON_DEMAND_FLEX`) and the Gemini API as it is. */
function geminiTier(name: string | undefined): string | undefined {
  const word = name?.toLowerCase() ?? '';
  return word.endsWith('_unspecified') ? undefined : tierOf(word)?.replace(/^(on_demand|service_tier)_/, '');
}

/** Queries that grounding made, which are billed by the query, and the tools that made them. */
const QUERIES = {
  google_search: 'webSearchQueries',
  google_image_search: 'imageSearchQueries',
  retrieval: 'retrievalQueries',
} as const;

/** How often a response was grounded, by tool; undefined if it was not. */
export function groundingCalls(metadata: unknown): Record<string, number> | undefined {
  if (!isObject(metadata)) return undefined;
  const calls: Record<string, number> = {};
  for (const [tool, name] of Object.entries(QUERIES)) {
    const queries = listOf(eitherField(metadata, name)).filter((query) => typeof query === 'string' && query !== '');
    if (queries.length > 0) calls[tool] = queries.length;
  }
  const chunks = listOf(eitherField(metadata, 'groundingChunks'));
  if (chunks.some((chunk) => isGiven(field(chunk, 'maps')))) calls['google_maps'] = 1;
  return Object.keys(calls).length > 0 ? calls : undefined;
}
