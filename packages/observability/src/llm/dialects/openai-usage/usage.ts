import type { Usage } from '../../money/usage.ts';
import { type Counts, gatherCounts } from '../counts.ts';
import { usageOfParts } from '../usage-parts.ts';
import { largestCalls, StatedBeside } from './beside.ts';
import { type Count, noCounts, PLACES } from './places.ts';
import { apartFromTotal, type Wholes } from './total.ts';

/** What is known beside the usage itself. */
export interface UsageSurroundings {
  readonly model: string | undefined;
  readonly serviceTier?: string | undefined;
  readonly toolCalls?: Readonly<Record<string, number>> | undefined;
  readonly hasUnlistedParts?: boolean | undefined;
}

/** Gathers the usage of one answer from every place and chunk that states one. */
export class StatedUsage {
  readonly #counts = noCounts();
  readonly #beside = new StatedBeside();
  #times = 0;

  add(usage: unknown): void {
    if (typeof usage !== 'object' || usage === null) return;
    this.#times += 1;
    gatherCounts(usage, PLACES, this.#counts);
    this.#beside.add(usage);
  }

  /** The usage so far; undefined if a part is unknown, or if the parts contradict each other or the total. */
  usage(about: UsageSurroundings): Usage | undefined {
    const counts = this.#counts;
    const beside = this.#beside;
    const hasUnlistedParts = beside.hasUnlistedParts || about.hasUnlistedParts === true;
    const wholes = this.#wholes(about.model, hasUnlistedParts);
    if (wholes === undefined) return undefined;
    // Deep research bills reasoning beside the completion.
    const isReasoningApart = hasUnlistedParts && (counts.reasoningTokens ?? 0) > wholes.outputTokens;
    return usageOfParts({
      inputTokens: wholes.inputTokens,
      outputTokens: wholes.outputTokens,
      cacheReadTokens: counts.cacheReadTokens,
      cacheReadAudioTokens: counts.cacheReadAudioTokens,
      cacheReadImageTokens: counts.cacheReadImageTokens,
      cacheWriteTokens: counts.cacheWriteTokens || (writesByLifetime(counts) ?? counts.cacheWriteTokens),
      cacheWrite1hTokens: counts.cacheWrite1hTokens,
      reasoningTokens: isReasoningApart ? undefined : counts.reasoningTokens,
      inputAudioTokens: counts.inputAudioTokens,
      inputImageTokens: counts.inputImageTokens,
      outputAudioTokens: counts.outputAudioTokens,
      outputImageTokens: counts.outputImageTokens,
      toolCalls: largestCalls(beside.toolCalls, about.toolCalls),
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
    const { totalTokens, reasoningTokens, cacheReadTokens, cacheWriteTokens } = this.#counts;
    // An answer without output, such as an embedding, states its input, its total or both.
    if (outputTokens === undefined && (inputTokens ?? totalTokens) === totalTokens) {
      inputTokens = totalTokens;
      outputTokens = 0;
    }
    if (inputTokens === undefined || outputTokens === undefined) return undefined;
    const apart = apartFromTotal(
      { inputTokens, outputTokens, totalTokens, reasoningTokens, cacheReadTokens, cacheWriteTokens },
      { model, wasRepeated: this.#times > 1 },
    );
    // What is billed beside the tokens may be what the total counts.
    if (apart === undefined) return hasUnlistedParts ? { inputTokens, outputTokens } : undefined;
    return { inputTokens: inputTokens + apart.inputTokens, outputTokens: outputTokens + apart.outputTokens };
  }
}

function writesByLifetime({ cacheWrite5mTokens, cacheWrite1hTokens }: Counts<Count>): number | undefined {
  const writes = (cacheWrite5mTokens ?? 0) + (cacheWrite1hTokens ?? 0);
  return writes === 0 ? undefined : writes;
}
