import { field, textField } from '../../fields.ts';
import type { Usage } from '../../money/usage.ts';
import { type Counts, gatherCounts } from '../counts.ts';
import { usageOfParts } from '../usage-parts.ts';
import { billedUsdIn } from './billed.ts';
import { type Count, PLACES } from './places.ts';
import { type Apart, apartFromTotal } from './total.ts';

/** Counts of what is billed beside the tokens, at rates that no list has: seconds of sound, searches, sources, citations. */
const UNLISTED: ReadonlySet<string> = new Set([
  'prompt_audio_seconds',
  'connector_tokens',
  'citation_tokens',
  'num_search_queries',
  'num_sources_used',
  'image_pixels',
  'video_pixels',
]);

/** Where tools that the provider ran are counted by name: OpenRouter and LiteLLM, xAI. */
const TOOLS: ReadonlySet<string> = new Set(['server_tool_use', 'server_side_tool_usage_details']);

/** What is known beside the usage itself. */
export interface UsageSurroundings {
  readonly model: string | undefined;
  readonly serviceTier?: string | undefined;
  readonly toolCalls?: Readonly<Record<string, number>> | undefined;
  readonly hasUnlistedParts?: boolean | undefined;
}

/** Gathers the usage of one answer from every place and chunk that states one. */
export class StatedUsage {
  readonly #counts: Counts<Count> = {};
  #times = 0;
  #billedUsd: number | undefined;
  #toolCalls: Record<string, number> | undefined;
  #hasUnlistedParts = false;
  #searchContextSize: string | undefined;

  add(usage: unknown): void {
    if (typeof usage !== 'object' || usage === null) return;
    this.#times += 1;
    gatherCounts(usage, PLACES, this.#counts);
    this.#billedUsd = billedUsdIn(usage) ?? this.#billedUsd;
    this.#searchContextSize = textField(usage, 'search_context_size') ?? this.#searchContextSize;
    for (const name of Object.keys(usage)) {
      if (UNLISTED.has(name)) this.#hasUnlistedParts ||= Number(field(usage, name)) > 0;
      else if (TOOLS.has(name)) this.#addTools(field(usage, name));
    }
    // xAI counts its tools once by name and once in all.
    if (!Object.hasOwn(usage, 'server_side_tool_usage_details')) {
      this.#hasUnlistedParts ||= Number(field(usage, 'num_server_side_tools_used')) > 0;
    }
  }

  /** The usage so far; undefined if a part is unknown, or if the parts contradict each other or the total. */
  usage(about: UsageSurroundings): Usage | undefined {
    const hasUnlistedParts = this.#hasUnlistedParts || about.hasUnlistedParts === true;
    const wholes = this.#wholes(about.model, hasUnlistedParts);
    if (wholes === undefined) return undefined;
    const { totalTokens: _total, cacheWrite5mTokens = 0, ...parts } = this.#counts;
    const { cacheWriteTokens = 0, cacheWrite1hTokens = 0, reasoningTokens = 0 } = parts;
    const writes = cacheWriteTokens || cacheWrite5mTokens + cacheWrite1hTokens;
    // Deep research bills reasoning beside the completion.
    const isReasoningApart = hasUnlistedParts && reasoningTokens > wholes.outputTokens;
    return usageOfParts({
      ...parts,
      ...wholes,
      ...(writes > 0 && { cacheWriteTokens: writes }),
      ...(isReasoningApart && { reasoningTokens: undefined }),
      toolCalls: largestOf(this.#toolCalls, about.toolCalls),
      serviceTier: about.serviceTier,
      searchContextSize: this.#searchContextSize,
      hasUnlistedParts: hasUnlistedParts || undefined,
      billedUsd: this.#billedUsd,
    });
  }

  #wholes(model: string | undefined, hasUnlistedParts: boolean): Apart | undefined {
    const { totalTokens } = this.#counts;
    let { inputTokens, outputTokens } = this.#counts;
    // An answer without output, such as an embedding, states its input, its total or both.
    if (outputTokens === undefined && (inputTokens ?? totalTokens) === totalTokens) {
      inputTokens = totalTokens;
      outputTokens = 0;
    }
    if (inputTokens === undefined || outputTokens === undefined) return undefined;
    const counts = { ...this.#counts, inputTokens, outputTokens };
    const apart = apartFromTotal(counts, { model, wasRepeated: this.#times > 1 });
    // What is billed beside the tokens may be what the total counts.
    if (apart === undefined) return hasUnlistedParts ? { inputTokens, outputTokens } : undefined;
    return { inputTokens: inputTokens + apart.inputTokens, outputTokens: outputTokens + apart.outputTokens };
  }

  #addTools(used: unknown): void {
    if (typeof used !== 'object' || used === null) return;
    for (const name of Object.keys(used)) {
      const count = field(used, name);
      if (!Number.isSafeInteger(count) || (count as number) <= 0) continue;
      this.#toolCalls = largestOf(this.#toolCalls, { [name.replace(/_(requests|calls)$/, '')]: count as number });
    }
  }
}

type ToolCalls = Readonly<Record<string, number>> | undefined;

/** The larger of each count; undefined if there are none. */
function largestOf(left: ToolCalls, right: ToolCalls): Record<string, number> | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return Object.fromEntries([...names].map((name) => [name, Math.max(left[name] ?? 0, right[name] ?? 0)]));
}

const STANDARD_TIERS: ReadonlySet<string> = new Set(['default', 'auto', 'standard', 'on_demand']);

/** The tier that an answer says it was billed at; undefined for the standard one. */
export function serviceTierIn(answer: unknown): string | undefined {
  const tier = field(answer, 'service_tier');
  if (typeof tier !== 'string' || tier === '') return undefined;
  const word = tier.toLowerCase();
  return STANDARD_TIERS.has(word) ? undefined : word;
}
