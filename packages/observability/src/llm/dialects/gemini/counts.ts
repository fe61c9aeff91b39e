import { countField, field, listOf, textField } from '../../fields.ts';

/** What is counted, under our names. */
type CountName = 'prompt' | 'toolUse' | 'candidates' | 'thoughts' | 'cached' | 'total';

/** The fields that hold counts: in the API and its clients, in dumps of the protocol's messages, in Live messages and interactions. */
const COUNTS: ReadonlyMap<string, CountName> = new Map([
  ['promptTokenCount', 'prompt'],
  ['prompt_token_count', 'prompt'],
  ['total_input_tokens', 'prompt'],
  ['toolUsePromptTokenCount', 'toolUse'],
  ['tool_use_prompt_token_count', 'toolUse'],
  ['total_tool_use_tokens', 'toolUse'],
  ['candidatesTokenCount', 'candidates'],
  ['candidates_token_count', 'candidates'],
  ['responseTokenCount', 'candidates'],
  ['response_token_count', 'candidates'],
  ['total_output_tokens', 'candidates'],
  ['thoughtsTokenCount', 'thoughts'],
  ['thoughts_token_count', 'thoughts'],
  ['total_thought_tokens', 'thoughts'],
  ['cachedContentTokenCount', 'cached'],
  ['cached_content_token_count', 'cached'],
  ['total_cached_tokens', 'cached'],
  ['totalTokenCount', 'total'],
  ['total_token_count', 'total'],
  ['total_tokens', 'total'],
]);

/** What is counted by modality too. */
type DetailName = 'prompt' | 'toolUse' | 'cached' | 'output';

const DETAILS: ReadonlyMap<string, DetailName> = new Map([
  ['promptTokensDetails', 'prompt'],
  ['prompt_tokens_details', 'prompt'],
  ['input_tokens_by_modality', 'prompt'],
  ['toolUsePromptTokensDetails', 'toolUse'],
  ['tool_use_prompt_tokens_details', 'toolUse'],
  ['tool_use_tokens_by_modality', 'toolUse'],
  ['cacheTokensDetails', 'cached'],
  ['cache_tokens_details', 'cached'],
  ['cached_tokens_by_modality', 'cached'],
  ['candidatesTokensDetails', 'output'],
  ['candidates_tokens_details', 'output'],
  ['responseTokensDetails', 'output'],
  ['response_tokens_details', 'output'],
  ['output_tokens_by_modality', 'output'],
]);

const TIERS: ReadonlySet<string> = new Set(['trafficType', 'traffic_type', 'serviceTier', 'service_tier']);

/** How much of a count is sound and how much images. */
export interface Modalities {
  audio: number;
  image: number;
}

/** The counts of a response, gathered from all of its chunks. They never fall: some chunks do not repeat what others stated. */
export class GeminiCounts {
  prompt: number | undefined;
  toolUse: number | undefined;
  candidates: number | undefined;
  thoughts: number | undefined;
  cached: number | undefined;
  total: number | undefined;
  tier: string | undefined;
  /** Undefined for a count without details by modality. */
  readonly details: { [Name in DetailName]?: Modalities } = {};

  add(usage: object): this {
    for (const name in usage) {
      const count = COUNTS.get(name);
      if (count !== undefined) this[count] = larger(this[count], countField(usage, name));
      else if (DETAILS.has(name))
        this.#addDetails(DETAILS.get(name) as DetailName, field(usage, name)); // as it has
      else if (TIERS.has(name)) this.tier = textField(usage, name) ?? this.tier;
    }
    return this;
  }

  #addDetails(name: DetailName, list: unknown): void {
    if (!Array.isArray(list)) return;
    const stated: Modalities = { audio: 0, image: 0 };
    for (const detail of listOf(list)) {
      const modality = textField(detail, 'modality')?.toLowerCase();
      if (modality === 'audio' || modality === 'image') stated[modality] += tokensOf(detail);
    }
    const known = this.details[name];
    this.details[name] = known === undefined ? stated : largest(known, stated);
  }
}

function larger(known: number | undefined, stated: number | undefined): number | undefined {
  return known === undefined || (stated ?? 0) > known ? (stated ?? known) : known;
}

function largest(known: Modalities, stated: Modalities): Modalities {
  return { audio: Math.max(known.audio, stated.audio), image: Math.max(known.image, stated.image) };
}

function tokensOf(detail: unknown): number {
  return countField(detail, 'tokenCount') ?? countField(detail, 'token_count') ?? countField(detail, 'tokens') ?? 0;
}
