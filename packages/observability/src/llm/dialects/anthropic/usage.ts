import { countField, field, fieldAt, listOf, textField } from '../../fields.ts';
import type { Usage } from '../../money/usage.ts';
import { regionOf, tierOfBoth, toolCallsIn } from '../billed-by.ts';
import { addedUsage, usageOfParts } from '../usage-parts.ts';

/**
 * What a message used. Cached input is counted apart from `input_tokens`, and so are the tokens of a compaction, which stand in
 * `iterations` only.
 *
 * @returns undefined for a usage that is incomplete, contradicts itself or mixes the tokens of several models
 * @see https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching#tracking-cache-performance
 */
export function messageUsage(usage: unknown): Usage | undefined {
  const iterations = listOf(field(usage, 'iterations'));
  const counts = iterations.length === 0 ? countsOf(usage) : countsWith(iterations, usage);
  // No prompt is empty: a count of 0 means that a gateway did not know it.
  if (counts === undefined || counts.inputTokens === 0) return undefined;
  const { web_fetch: _free, ...toolCalls } = toolCallsIn(field(usage, 'server_tool_use')) ?? {};
  return usageOfParts({
    ...counts,
    reasoningTokens: countField(field(usage, 'output_tokens_details'), 'thinking_tokens'),
    largestInputTokens: largestInput(iterations, counts.inputTokens),
    toolCalls,
    serviceTier: tierOfBoth(field(usage, 'service_tier'), field(usage, 'speed')), // fast inference is billed like a tier
    inferenceRegion: regionOf(field(usage, 'inference_geo')),
    hasUnlistedParts: counts.hasUnlistedParts || iterations.some(isUnknown) || isRepriced(usage) || undefined,
  });
}

/** The tokens of one sampling; it has unlisted parts if the lifetime of some cache writes is unknown. */
function countsOf(usage: unknown): Usage | undefined {
  const input = countField(usage, 'input_tokens');
  const outputTokens = countField(usage, 'output_tokens');
  if (input === undefined || outputTokens === undefined) return undefined;
  const lifetimes = field(usage, 'cache_creation');
  const cacheWrite1hTokens = countField(lifetimes, 'ephemeral_1h_input_tokens');
  const byLifetime = (countField(lifetimes, 'ephemeral_5m_input_tokens') ?? 0) + (cacheWrite1hTokens ?? 0);
  const cacheReadTokens = countField(usage, 'cache_read_input_tokens');
  const cacheWriteTokens = countField(usage, 'cache_creation_input_tokens') ?? (byLifetime || undefined);
  const written = cacheWriteTokens ?? 0;
  if (byLifetime > written) return undefined;
  const inputTokens = input + (cacheReadTokens ?? 0) + written;
  const isPartial = (cacheWrite1hTokens ?? 0) > 0 && byLifetime < written;
  const hasUnlistedParts = isPartial || undefined;
  return { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, cacheWrite1hTokens, hasUnlistedParts };
}

/** The counts of a message, and of the compactions that it does not count; undefined if a part of what was billed has no count. */
function countsWith(iterations: readonly unknown[], usage: unknown): Usage | undefined {
  const top = countsOf(usage);
  if (top === undefined || hasSeveralModels(iterations) || !areWithin(top, iterations)) return undefined;
  return iterations
    .filter(isCompaction)
    .map(countsOf)
    .reduce((sum, counts) => sum && counts && addedUsage(sum, counts), top);
}

function isCompaction(iteration: unknown): boolean {
  return field(iteration, 'type') === 'compaction';
}

/** Whether the message counts at least what its samplings used; otherwise something was billed that it does not count. */
function areWithin(top: Usage, iterations: readonly unknown[]): boolean {
  const samplings = iterations.filter((iteration) => !isCompaction(iteration)).map(countsOf);
  const sumOf = (name: 'inputTokens' | 'outputTokens'): number =>
    samplings.reduce((sum, counts) => sum + (counts?.[name] ?? 0), 0);
  return sumOf('inputTokens') <= top.inputTokens && sumOf('outputTokens') <= top.outputTokens;
}

/** The largest of several prompts, because the price of a prompt depends on its length. */
function largestInput(iterations: readonly unknown[], input: number): number | undefined {
  if (iterations.length < 2) return undefined;
  const largest = Math.max(...iterations.map((iteration) => countsOf(iteration)?.inputTokens ?? input));
  return largest < input ? largest : undefined;
}

/** An advisor is another model, and so is the one that answered after another one declined. Each has a price of its own. */
function hasSeveralModels(iterations: readonly unknown[]): boolean {
  if (iterations.some((iteration) => field(iteration, 'type') === 'advisor_message')) return true;
  const models = iterations.map((iteration) => textField(iteration, 'model')).filter((model) => model !== undefined);
  return new Set(models).size > 1;
}

const KNOWN_ITERATIONS: ReadonlySet<unknown> = new Set(['message', 'compaction', 'fallback_message']);

function isUnknown(iteration: unknown): boolean {
  return !KNOWN_ITERATIONS.has(field(iteration, 'type'));
}

/** A credit for an earlier refusal changes the cost by an unknown amount. */
function isRepriced(usage: unknown): boolean {
  return fieldAt(usage, 'fallback_credit', 'status', 'type') === 'redeemed';
}
