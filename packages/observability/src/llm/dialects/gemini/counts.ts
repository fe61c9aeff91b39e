import { countField, field, listOf, textField } from '../../fields.ts';
import { type Counts, gatherCounts, placesOf, risen } from '../counts.ts';
import { eitherCount, snakeOf } from '../spelling.ts';

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
export interface Modalities {
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
    gatherCounts(usage, PLACES, this.counts);
    for (const name in usage) {
      const detail = DETAILS.get(name);
      if (TIERS.has(name)) this.tier = textField(usage, name) ?? this.tier;
      else if (detail !== undefined) this.#addDetails(detail, field(usage, name));
    }
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
