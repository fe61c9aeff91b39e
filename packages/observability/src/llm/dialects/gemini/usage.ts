import { countField, field, listOf, textField } from '../../fields.ts';
import type { Usage } from '../../usage.ts';
import { usageOfParts } from '../usage-parts.ts';

/** How the fields of a usage are called: in the API and its clients, and in dumps of the protocol's messages. */
interface Names {
  readonly prompt: string;
  readonly toolUse: string;
  readonly cached: string;
  readonly thoughts: string;
  readonly total: string;
  /** The output, in a response and in a message of the Live API. */
  readonly output: readonly [string, string];
  readonly promptDetails: string;
  readonly toolUseDetails: string;
  readonly cachedDetails: string;
  readonly outputDetails: readonly [string, string];
  readonly tokens: string;
  readonly traffic: string;
  readonly tier: string;
}

const CAMEL: Names = {
  prompt: 'promptTokenCount',
  toolUse: 'toolUsePromptTokenCount',
  cached: 'cachedContentTokenCount',
  thoughts: 'thoughtsTokenCount',
  total: 'totalTokenCount',
  output: ['candidatesTokenCount', 'responseTokenCount'],
  promptDetails: 'promptTokensDetails',
  toolUseDetails: 'toolUsePromptTokensDetails',
  cachedDetails: 'cacheTokensDetails',
  outputDetails: ['candidatesTokensDetails', 'responseTokensDetails'],
  tokens: 'tokenCount',
  traffic: 'trafficType',
  tier: 'serviceTier',
};

const SNAKE: Names = {
  prompt: 'prompt_token_count',
  toolUse: 'tool_use_prompt_token_count',
  cached: 'cached_content_token_count',
  thoughts: 'thoughts_token_count',
  total: 'total_token_count',
  output: ['candidates_token_count', 'response_token_count'],
  promptDetails: 'prompt_tokens_details',
  toolUseDetails: 'tool_use_prompt_tokens_details',
  cachedDetails: 'cache_tokens_details',
  outputDetails: ['candidates_tokens_details', 'response_tokens_details'],
  tokens: 'token_count',
  traffic: 'traffic_type',
  tier: 'service_tier',
};

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
export function geminiUsage(usage: unknown): Usage | undefined {
  const names = field(usage, CAMEL.prompt) === undefined ? SNAKE : CAMEL;
  const counts = totalled(countsOf(usage, names));
  if (counts === undefined) return undefined;
  const input = modalities([field(usage, names.promptDetails), field(usage, names.toolUseDetails)], names);
  const cached = modalities([field(usage, names.cachedDetails)], names);
  const output = modalities([oneOf(usage, names.outputDetails)], names);
  if (input.audio + input.image > counts.input || output.audio + output.image > counts.output) return undefined;
  return usageOfParts({
    inputTokens: counts.input,
    outputTokens: counts.output,
    cacheReadTokens: counts.cached,
    reasoningTokens: counts.thoughts,
    inputAudioTokens: input.audio || undefined,
    inputImageTokens: input.image || undefined,
    cacheReadAudioTokens: cached.audio || undefined,
    cacheReadImageTokens: cached.image || undefined,
    outputAudioTokens: output.audio || undefined,
    outputImageTokens: output.image || undefined,
    serviceTier: tierOf(usage, names),
  });
}

interface Counts {
  readonly prompt: number;
  readonly toolUse: number;
  readonly candidates: number;
  readonly thoughts: number | undefined;
  readonly cached: number | undefined;
  readonly total: number | undefined;
}

function countsOf(usage: unknown, names: Names): Counts | undefined {
  const prompt = countField(usage, names.prompt);
  if (prompt === undefined) return undefined;
  return {
    prompt,
    toolUse: countField(usage, names.toolUse) ?? 0,
    candidates: countField(usage, names.output[0]) ?? countField(usage, names.output[1]) ?? 0,
    thoughts: countField(usage, names.thoughts),
    cached: countField(usage, names.cached),
    total: countField(usage, names.total) || undefined, // a total of 0 is a total that is not known
  };
}

interface Totals {
  readonly input: number;
  readonly output: number;
  readonly cached: number | undefined;
  readonly thoughts: number | undefined;
}

/** The input and the output that add up to the stated total, if there is only one way in which they can. */
function totalled(counts: Counts | undefined): Totals | undefined {
  if (counts === undefined) return undefined;
  const { prompt, toolUse, candidates, thoughts, cached = 0, total } = counts;
  const input = prompt + toolUse;
  if (input === 0 && candidates > 0) return undefined; // no prompt is empty
  const parts = { cached: counts.cached, thoughts };
  const named = input + candidates + (thoughts ?? 0);
  if (total === undefined || total === named) return { ...parts, input, output: candidates + (thoughts ?? 0) };
  if (total === input + candidates) return { ...parts, input, output: candidates };
  if (total < named) return undefined;
  if (total === named + cached) return { ...parts, input: input + cached, output: candidates + (thoughts ?? 0) };
  // The rest is thoughts that a gateway does not name; they are billed as output.
  return { ...parts, input, output: total - input };
}

interface Modalities {
  audio: number;
  image: number;
}

function modalities(lists: readonly unknown[], names: Names): Modalities {
  const sums: Modalities = { audio: 0, image: 0 };
  for (const detail of lists.flatMap(listOf)) {
    const modality = textField(detail, 'modality')?.toLowerCase();
    if (modality === 'audio' || modality === 'image') sums[modality] += countField(detail, names.tokens) ?? 0;
  }
  return sums;
}

const STANDARD: ReadonlySet<string> = new Set(['standard', 'on_demand', 'unspecified']);

/** Vertex names the kind of traffic (`ON_DEMAND_FLEX`), the Gemini API the tier. */
function tierOf(usage: unknown, names: Names): string | undefined {
  const word = (textField(usage, names.traffic) ?? textField(usage, names.tier))?.toLowerCase();
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
