import type { Count } from './places.ts';

/** Tokens of the input and of the output. */
export interface Wholes {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

const NOTHING: Wholes = { inputTokens: 0, outputTokens: 0 };

/** Models whose providers leave thoughts out of the completion and bill them as output, and do not always name them. */
const THINKS_APART = /gemini|grok/i;

type KnownCounts = { readonly [Name in Count]?: number | undefined };

interface TotalOptions {
  readonly model: string | undefined;
  /** Whether several chunks stated counts; then the total of one may lack what another stated. */
  readonly wasRepeated: boolean;
}

/**
 * What a stated total adds to the input and the output: reasoning or cached tokens that the provider counts apart.
 *
 * @returns undefined if the rest of the total is named nowhere, could be two things, or is negative
 */
export function apartFromTotal(counts: KnownCounts, { model, wasRepeated }: TotalOptions): Wholes | undefined {
  const { inputTokens = 0, outputTokens = 0, totalTokens = 0, reasoningTokens = 0 } = counts;
  const { cacheReadTokens = 0, cacheWriteTokens = 0 } = counts;
  const rest = totalTokens === 0 ? 0 : totalTokens - inputTokens - outputTokens;
  if (rest === 0) return NOTHING;
  if (rest < 0) return wasRepeated ? NOTHING : undefined;
  const isReasoning = rest === reasoningTokens;
  const cached = [cacheReadTokens + cacheWriteTokens, cacheReadTokens, cacheWriteTokens];
  const isCached = cached.includes(rest);
  if (isReasoning && isCached) return reasoningTokens > outputTokens ? toOutput(rest) : undefined;
  if (isReasoning) return toOutput(rest);
  if (isCached) return { inputTokens: rest, outputTokens: 0 };
  if (reasoningTokens > 0 && rest === reasoningTokens + cacheReadTokens + cacheWriteTokens) {
    return { inputTokens: cacheReadTokens + cacheWriteTokens, outputTokens: reasoningTokens };
  }
  return reasoningTokens === 0 && THINKS_APART.test(model ?? '') ? toOutput(rest) : undefined;
}

function toOutput(tokens: number): Wholes {
  return { inputTokens: 0, outputTokens: tokens };
}
