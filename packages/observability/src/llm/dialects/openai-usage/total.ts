import type { Usage } from '../../money/usage.ts';
import { type UsageParts, usageOfParts } from '../usage-parts.ts';

/** Tokens of the input and of the output. */
export interface Wholes {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Models whose providers leave thoughts out of the completion and bill them as output, and do not always name them. */
const THINKS_APART = /gemini|grok/i;

interface TotalOptions {
  readonly model: string | undefined;
  /** Whether several chunks stated counts; then the total of one may lack what another stated. @defaultValue false */
  readonly wasRepeated?: boolean;
}

/** The usage that some parts make, with what their total adds to the input and the output. */
export function usageByTotal(parts: UsageParts, options: TotalOptions): Usage | undefined {
  const wholes = wholesByTotal(parts, parts, options);
  return wholes && usageOfParts({ ...parts, ...wholes });
}

/**
 * The input and the output, with the reasoning or the cached tokens that a provider counts apart, and in its total only.
 *
 * @param stated - the input and the output without them
 * @returns undefined if a whole is unknown, or if the rest of the total is named nowhere, could be two things, or is negative
 */
export function wholesByTotal(
  { inputTokens, outputTokens }: Partial<Record<keyof Wholes, number | undefined>>,
  { totalTokens = 0, reasoningTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0 }: Omit<UsageParts, keyof Wholes>,
  { model, wasRepeated = false }: TotalOptions,
): Wholes | undefined {
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const wholes = { inputTokens, outputTokens };
  const rest = totalTokens === 0 ? 0 : totalTokens - inputTokens - outputTokens;
  if (rest === 0) return wholes;
  if (rest < 0) return wasRepeated ? wholes : undefined;
  const cached = cacheReadTokens + cacheWriteTokens;
  const isReasoning = rest === reasoningTokens;
  const isCached = [cached, cacheReadTokens, cacheWriteTokens].includes(rest);
  const inOutput = { inputTokens, outputTokens: outputTokens + rest };
  if (isReasoning && isCached) return reasoningTokens > outputTokens ? inOutput : undefined;
  if (isReasoning) return inOutput;
  if (isCached) return { inputTokens: inputTokens + rest, outputTokens };
  if (reasoningTokens > 0 && rest === reasoningTokens + cached) {
    return { inputTokens: inputTokens + cached, outputTokens: outputTokens + reasoningTokens };
  }
  return reasoningTokens === 0 && THINKS_APART.test(model ?? '') ? inOutput : undefined;
}
