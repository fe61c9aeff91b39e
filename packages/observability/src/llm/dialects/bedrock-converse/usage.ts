import { countField, field, listOf, textField } from '../../fields.ts';
import type { Usage } from '../../money/usage.ts';
import { usageOfParts } from '../usage-parts.ts';

/**
 * What a conversation used. Cached input is counted apart from `inputTokens`, and the total has both.
 *
 * @param usage - of Converse, or of a model of Amazon that answers alike
 * @param answer - what states the tier beside the usage: an answer, or the metadata of a stream
 * @returns undefined for a usage that is incomplete, or whose parts do not make its total
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html
 */
export function converseUsage(usage: unknown, answer: unknown): Usage | undefined {
  const input = countField(usage, 'inputTokens');
  const output = countField(usage, 'outputTokens');
  if (input === undefined || output === undefined) return undefined;
  const cacheRead = countField(usage, 'cacheReadInputTokens') ?? countField(usage, 'cacheReadInputTokenCount');
  const cacheWrite = countField(usage, 'cacheWriteInputTokens') ?? countField(usage, 'cacheWriteInputTokenCount');
  const cached = (cacheRead ?? 0) + (cacheWrite ?? 0);
  const total = countField(usage, 'totalTokens') || undefined; // a total of 0 is unknown
  const inputTokens = input + cached;
  if (inputTokens === 0 || !isTotal(total, { input, output, cached })) return undefined;
  const lifetimes = lifetimesOf(usage);
  if (lifetimes.sum > (cacheWrite ?? 0)) return undefined;
  return usageOfParts({
    inputTokens,
    outputTokens: output,
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
    cacheWrite1hTokens: lifetimes.hour || undefined,
    serviceTier: tierOf(answer),
    hasUnlistedParts: (lifetimes.hour > 0 && lifetimes.sum < (cacheWrite ?? 0)) || undefined,
  });
}

interface Parts {
  readonly input: number;
  readonly output: number;
  readonly cached: number;
}

/** Some totals leave the cached input out. If it could be a part of the rest instead, it is not known which is meant. */
function isTotal(total: number | undefined, { input, output, cached }: Parts): boolean {
  if (total === undefined || total === input + output + cached) return true;
  return total === input + output && cached > input;
}

/** How much was written for an hour, and how much for any stated time. */
function lifetimesOf(usage: unknown): { readonly hour: number; readonly sum: number } {
  let hour = 0;
  let sum = 0;
  for (const detail of listOf(field(usage, 'cacheDetails'))) {
    const count = countField(detail, 'inputTokens') ?? 0;
    sum += count;
    if (field(detail, 'ttl') === '1h') hour += count;
  }
  return { hour, sum };
}

const STANDARD: ReadonlySet<string> = new Set(['default', 'standard']);

/** Answers of lower latency are billed like a tier. */
function tierOf(answer: unknown): string | undefined {
  const words = [
    textField(field(answer, 'serviceTier'), 'type'),
    textField(field(answer, 'performanceConfig'), 'latency'),
  ].filter((word) => word !== undefined && !STANDARD.has(word.toLowerCase()));
  return words.length > 0 ? words.join('_').toLowerCase() : undefined;
}
