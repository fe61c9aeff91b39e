import { countField, field, isGiven, isObject, listOf, textField } from '../../fields.ts';
import type { Usage } from '../../money/usage.ts';
import { tierOf } from '../billed-by.ts';
import { type Counts, gatherCounts, placesOf, risen } from '../counts.ts';
import { eitherCount, eitherField, snakeOf } from '../spelling.ts';
import { usageOfParts } from '../usage-parts.ts';

/** No counts yet, under our names. */
const NO_COUNTS = {
  prompt: undefined,
  toolUse: undefined,
  candidates: undefined,
  thoughts: undefined,
  cached: undefined,
  total: undefined,
} as const;

type CountName = keyof typeof NO_COUNTS;

/** What is counted by modality too. */
type DetailName = 'prompt' | 'toolUse' | 'cached' | 'output';

/** The fields of a usage in the API and its clients, in dumps of the protocol's messages, in Live messages and interactions. */
const PLACES = placesOf<CountName>({
  ...inBothSpellings<CountName>({
    promptTokenCount: 'prompt',
    toolUsePromptTokenCount: 'toolUse',
    candidatesTokenCount: 'candidates',
    responseTokenCount: 'candidates',
    thoughtsTokenCount: 'thoughts',
    cachedContentTokenCount: 'cached',
    totalTokenCount: 'total',
  }),
  total_input_tokens: 'prompt',
  total_tool_use_tokens: 'toolUse',
  total_output_tokens: 'candidates',
  total_thought_tokens: 'thoughts',
  total_cached_tokens: 'cached',
  total_tokens: 'total',
});

const DETAILS: ReadonlyMap<string, DetailName> = new Map(
  Object.entries<DetailName>({
    ...inBothSpellings<DetailName>({
      promptTokensDetails: 'prompt',
      toolUsePromptTokensDetails: 'toolUse',
      cacheTokensDetails: 'cached',
      candidatesTokensDetails: 'output',
      responseTokensDetails: 'output',
    }),
    input_tokens_by_modality: 'prompt',
    tool_use_tokens_by_modality: 'toolUse',
    cached_tokens_by_modality: 'cached',
    output_tokens_by_modality: 'output',
  }),
);

const TIERS: ReadonlySet<string> = new Set(['trafficType', 'traffic_type', 'serviceTier', 'service_tier']);

function inBothSpellings<Name>(fields: Readonly<Record<string, Name>>): Record<string, Name> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, place]) => [
      [name, place],
      [snakeOf(name), place],
    ]),
  );
}

/** How much of a count is sound and how much images. */
interface Modalities {
  readonly audio: number;
  readonly image: number;
}

/** The counts of a response, gathered from all of its chunks. They never fall: some chunks do not repeat what others stated. */
export class GeminiCounts {
  readonly counts: Counts<CountName> = { ...NO_COUNTS };
  tier: string | undefined;
  /** Undefined for a count without details by modality. */
  readonly details: { [Name in DetailName]?: Modalities | undefined } = {};

  add(usage: object): this {
    gatherCounts(usage, PLACES, this.counts, (name) => {
      const detail = DETAILS.get(name);
      if (detail !== undefined) this.#addDetails(detail, field(usage, name));
      else if (TIERS.has(name)) this.tier = textField(usage, name) ?? this.tier;
    });
    return this;
  }

  #addDetails(name: DetailName, list: unknown): void {
    if (!Array.isArray(list)) return;
    const stated = { audio: 0, image: 0 };
    for (const detail of listOf(list)) {
      const modality = textField(detail, 'modality')?.toLowerCase();
      if (modality !== 'audio' && modality !== 'image') continue;
      stated[modality] += eitherCount(detail, 'tokenCount') ?? countField(detail, 'tokens') ?? 0;
    }
    this.details[name] = risen<Modalities>(this.details[name], stated);
  }
}

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
