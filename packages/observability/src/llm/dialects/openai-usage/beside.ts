import { field } from '../../fields.ts';
import { billedUsdIn } from './billed.ts';
import { serviceTierIn } from './service-tier.ts';

/** Words for inference that may run anywhere, at no extra cost. */
const ANYWHERE: ReadonlySet<string> = new Set(['', 'global', 'not_available']);

type ToolCalls = Readonly<Record<string, number>> | undefined;

/** Gathers what a usage states beside its tokens. */
export class StatedBeside {
  billedUsd: number | undefined;
  toolCalls: ToolCalls;
  searchContextSize: string | undefined;
  /** What gateways hand on of Anthropic's usage. */
  serviceTier: string | undefined;
  inferenceRegion: string | undefined;
  /** Whether something is billed at a rate that no list has: seconds of sound, sources, citations, tools without a name. */
  hasUnlistedParts = false;

  add(usage: object): void {
    for (const name in usage) {
      switch (name) {
        case 'cost':
        case 'cost_in_usd_ticks':
          this.billedUsd = billedUsdIn(usage) ?? this.billedUsd;
          break;
        case 'search_context_size':
          this.#addSearch(field(usage, name));
          break;
        case 'service_tier':
          this.serviceTier = serviceTierIn(usage) ?? this.serviceTier;
          break;
        case 'inference_geo':
          this.#addRegion(field(usage, name));
          break;
        case 'server_tool_use': // OpenRouter, LiteLLM
        case 'server_side_tool_usage_details': // xAI
          this.#addTools(field(usage, name));
          break;
        case 'num_server_side_tools_used': // the same tools, without their names
          if (field(usage, 'server_side_tool_usage_details') === undefined) this.#addUnlisted(field(usage, name));
          break;
        case 'prompt_audio_seconds':
        case 'promptAudioSeconds':
        case 'connector_tokens':
        case 'citation_tokens':
        case 'num_search_queries':
        case 'num_sources_used':
        case 'image_pixels':
        case 'video_pixels':
          this.#addUnlisted(field(usage, name));
      }
    }
  }

  #addSearch(size: unknown): void {
    if (typeof size === 'string' && size !== '') this.searchContextSize = size;
  }

  #addRegion(region: unknown): void {
    const isAnywhere = typeof region !== 'string' || ANYWHERE.has(region.toLowerCase());
    if (!isAnywhere) this.inferenceRegion = region.toLowerCase();
  }

  #addUnlisted(count: unknown): void {
    this.hasUnlistedParts ||= Number(count) > 0;
  }

  #addTools(used: unknown): void {
    if (typeof used !== 'object' || used === null) return;
    for (const name of Object.keys(used)) {
      const count = field(used, name);
      if (!Number.isSafeInteger(count) || (count as number) <= 0) continue;
      this.toolCalls = largestCalls(this.toolCalls, { [name.replace(/_(requests|calls)$/, '')]: count as number });
    }
  }
}

/** The larger of each count; undefined if there are no counts. */
export function largestCalls(left: ToolCalls, right: ToolCalls): ToolCalls {
  if (left === undefined || right === undefined) return left ?? right;
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return Object.fromEntries([...names].map((name) => [name, Math.max(left[name] ?? 0, right[name] ?? 0)]));
}
