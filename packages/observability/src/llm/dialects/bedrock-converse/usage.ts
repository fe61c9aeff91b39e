import { countField, field, fieldAt, listOf } from '../../fields.ts';
import type { Usage } from '../../money/usage.ts';
import { tierOfBoth } from '../billed-by.ts';
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
  const outputTokens = countField(usage, 'outputTokens');
  if (input === undefined || outputTokens === undefined) return undefined;
  const cacheReadTokens = countField(usage, 'cacheReadInputTokens') ?? countField(usage, 'cacheReadInputTokenCount');
  const cacheWriteTokens = countField(usage, 'cacheWriteInputTokens') ?? countField(usage, 'cacheWriteInputTokenCount');
  const written = cacheWriteTokens ?? 0;
  const inputTokens = input + (cacheReadTokens ?? 0) + written;
  const total = countField(usage, 'totalTokens') || inputTokens + outputTokens; // a total of 0 is unknown
  // Some totals leave the cached input out. If it could be a part of the rest instead, it is not known which is meant.
  const isTotal =
    total === inputTokens + outputTokens || (total === input + outputTokens && inputTokens - input > input);
  const lifetimes = listOf(field(usage, 'cacheDetails'));
  const [ofAnHour, ofAnyTime] = [sumOf(lifetimes.filter(isOfAnHour)), sumOf(lifetimes)];
  if (inputTokens === 0 || !isTotal || ofAnyTime > written) return undefined;
  return usageOfParts({
    inputTokens,
    outputTokens,
    cacheReadTokens,
    cacheWriteTokens,
    cacheWrite1hTokens: ofAnHour || undefined,
    // Answers of lower latency are billed like a tier.
    serviceTier: tierOfBoth(fieldAt(answer, 'serviceTier', 'type'), fieldAt(answer, 'performanceConfig', 'latency')),
    hasUnlistedParts: (ofAnHour > 0 && ofAnyTime < written) || undefined,
  });
}

function isOfAnHour(detail: unknown): boolean {
  return field(detail, 'ttl') === '1h';
}

function sumOf(details: readonly unknown[]): number {
  return details.reduce<number>((sum, detail) => sum + (countField(detail, 'inputTokens') ?? 0), 0);
}
