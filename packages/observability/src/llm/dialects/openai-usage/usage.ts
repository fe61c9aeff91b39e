import { field, isObject, textField } from '../../fields.ts';
import type { Usage } from '../../money/usage.ts';
import { regionOf, tierOf, toolCallsIn } from '../billed-by.ts';
import { type Counts, gatherCounts, risen } from '../counts.ts';
import { usageOfParts } from '../usage-parts.ts';
import { billedUsdIn } from './billed.ts';
import { type Count, NO_COUNTS, PLACES } from './places.ts';
import { type Wholes, wholesByTotal } from './total.ts';

/** What is known beside the usage itself. */
export interface UsageSurroundings {
  readonly model?: string | undefined;
  readonly serviceTier?: string | undefined;
  readonly toolCalls?: Readonly<Record<string, number>> | undefined;
  readonly hasUnlistedParts?: boolean | undefined;
}

/** The tier that an answer says it was billed at; undefined for the standard one. */
export function serviceTierIn(answer: unknown): string | undefined {
  return tierOf(field(answer, 'service_tier'));
}

/** The usage that an answer states at one place. */
export function usageIn(stated: unknown, about: UsageSurroundings = {}): Usage | undefined {
  const usage = new StatedUsage();
  usage.add(stated);
  return usage.usage(about);
}

/** Gathers the usage of one answer from every place and chunk that states one. */
export class StatedUsage {
  readonly #counts: Counts<Count> = { ...NO_COUNTS };
  /** What is stated beside the tokens. Gateways hand on Anthropic's tier and region. */
  readonly #beside: { -readonly [Part in keyof Usage]?: Usage[Part] | undefined } = {};
  #times = 0;

  add(usage: unknown): void {
    if (!isObject(usage)) return;
    this.#times += 1;
    gatherCounts(usage, PLACES, this.#counts);
    for (const name in usage) this.#addBeside(usage, name);
  }

  /** The usage so far; undefined if a part is unknown, or if the parts contradict each other or the total. */
  usage(about: UsageSurroundings): Usage | undefined {
    const counts = this.#counts;
    const beside = this.#beside;
    const hasUnlistedParts = beside.hasUnlistedParts === true || about.hasUnlistedParts === true;
    const wholes = this.#wholes(about.model, hasUnlistedParts);
    if (wholes === undefined) return undefined;
    const byLifetime = (counts.cacheWrite5mTokens ?? 0) + (counts.cacheWrite1hTokens ?? 0);
    // Deep research bills reasoning beside the completion.
    const isReasoningApart = hasUnlistedParts && (counts.reasoningTokens ?? 0) > wholes.outputTokens;
    return usageOfParts({
      ...counts,
      inputTokens: wholes.inputTokens,
      outputTokens: wholes.outputTokens,
      cacheWriteTokens: counts.cacheWriteTokens || byLifetime || counts.cacheWriteTokens,
      reasoningTokens: isReasoningApart ? undefined : counts.reasoningTokens,
      toolCalls: risen(beside.toolCalls, about.toolCalls),
      serviceTier: about.serviceTier ?? beside.serviceTier,
      inferenceRegion: beside.inferenceRegion,
      searchContextSize: beside.searchContextSize,
      hasUnlistedParts: hasUnlistedParts || undefined,
      billedUsd: beside.billedUsd,
    });
  }

  /** The input and the output, with everything that is a part of them. */
  #wholes(model: string | undefined, hasUnlistedParts: boolean): Wholes | undefined {
    let { inputTokens, outputTokens } = this.#counts;
    const { totalTokens } = this.#counts;
    // An answer without output, such as an embedding, states its input, its total or both.
    if (outputTokens === undefined && (inputTokens ?? totalTokens) === totalTokens) {
      inputTokens = totalTokens;
      outputTokens = 0;
    }
    if (inputTokens === undefined || outputTokens === undefined) return undefined;
    const stated = { inputTokens, outputTokens };
    const wholes = wholesByTotal(stated, this.#counts, { model, wasRepeated: this.#times > 1 });
    // What is billed beside the tokens may be what the total counts.
    return wholes ?? (hasUnlistedParts ? stated : undefined);
  }

  #addBeside(usage: object, name: string): void {
    const beside = this.#beside;
    switch (name) {
      case 'cost':
      case 'cost_in_usd_ticks':
        beside.billedUsd = billedUsdIn(usage) ?? beside.billedUsd;
        break;
      case 'search_context_size':
        beside.searchContextSize = textField(usage, name) ?? beside.searchContextSize;
        break;
      case 'service_tier':
        beside.serviceTier = serviceTierIn(usage) ?? beside.serviceTier;
        break;
      case 'inference_geo':
        beside.inferenceRegion = regionOf(field(usage, name)) ?? beside.inferenceRegion;
        break;
      case 'server_tool_use': // OpenRouter, LiteLLM
      case 'server_side_tool_usage_details': // xAI
        beside.toolCalls = risen(beside.toolCalls, toolCallsIn(field(usage, name)));
        break;
      case 'num_server_side_tools_used': // the same tools, without their names
        beside.hasUnlistedParts ||=
          field(usage, 'server_side_tool_usage_details') === undefined && Number(field(usage, name)) > 0;
        break;
      // Billed at rates that no list has: seconds of sound, sources, citations.
      case 'prompt_audio_seconds':
      case 'promptAudioSeconds':
      case 'connector_tokens':
      case 'citation_tokens':
      case 'num_search_queries':
      case 'num_sources_used':
      case 'image_pixels':
      case 'video_pixels':
        beside.hasUnlistedParts ||= Number(field(usage, name)) > 0;
    }
  }
}
