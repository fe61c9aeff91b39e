import { countField, field, listOf, textField } from '../../fields.ts';
import type { Usage } from '../../money/usage.ts';
import { usageOfParts } from '../usage-parts.ts';

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
  if (counts === undefined) return undefined;
  const { input, output, cacheRead, cacheWrite, write1h } = counts;
  const reasoningTokens = countField(field(usage, 'output_tokens_details'), 'thinking_tokens');
  // No prompt is empty: a count of 0 means that a gateway did not know it.
  if (input === 0) return undefined;
  return usageOfParts({
    inputTokens: input,
    outputTokens: output,
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
    cacheWrite1hTokens: write1h,
    reasoningTokens,
    largestInputTokens: largestInput(iterations, input),
    toolCalls: toolCallsOf(field(usage, 'server_tool_use')),
    serviceTier: tierOf(usage),
    inferenceRegion: regionOf(usage),
    hasUnlistedParts: counts.isPartial || iterations.some(isUnknown) || isRepriced(usage) || undefined,
  });
}

/** The tokens of one sampling; cached input is part of `input`. */
interface Counts {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number | undefined;
  readonly cacheWrite: number | undefined;
  readonly write1h: number | undefined;
  /** Whether the lifetime of some cache writes is unknown. */
  readonly isPartial: boolean;
}

function countsOf(usage: unknown): Counts | undefined {
  const input = countField(usage, 'input_tokens');
  const output = countField(usage, 'output_tokens');
  if (input === undefined || output === undefined) return undefined;
  const lifetimes = field(usage, 'cache_creation');
  const write1h = countField(lifetimes, 'ephemeral_1h_input_tokens');
  const byLifetime = (countField(lifetimes, 'ephemeral_5m_input_tokens') ?? 0) + (write1h ?? 0);
  const cacheRead = countField(usage, 'cache_read_input_tokens');
  const cacheWrite =
    countField(usage, 'cache_creation_input_tokens') ?? (lifetimes && byLifetime > 0 ? byLifetime : undefined);
  if (byLifetime > (cacheWrite ?? 0)) return undefined;
  const isPartial = (write1h ?? 0) > 0 && byLifetime < (cacheWrite ?? 0);
  return { input: input + (cacheRead ?? 0) + (cacheWrite ?? 0), output, cacheRead, cacheWrite, write1h, isPartial };
}

function sum(left: Counts | undefined, right: Counts | undefined): Counts | undefined {
  return (
    left &&
    right && {
      input: left.input + right.input,
      output: left.output + right.output,
      cacheRead: added(left.cacheRead, right.cacheRead),
      cacheWrite: added(left.cacheWrite, right.cacheWrite),
      write1h: added(left.write1h, right.write1h),
      isPartial: left.isPartial || right.isPartial,
    }
  );
}

function added(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? (left ?? right) : left + right;
}

/** The counts of a message, and of the compactions that it does not count; undefined if a part of what was billed has no count. */
function countsWith(iterations: readonly unknown[], usage: unknown): Counts | undefined {
  const top = countsOf(usage);
  if (top === undefined || hasSeveralModels(iterations) || !areWithin(top, iterations)) return undefined;
  return [top, ...iterations.filter(isCompaction).map(countsOf)].reduce(sum);
}

function isCompaction(iteration: unknown): boolean {
  return field(iteration, 'type') === 'compaction';
}

/** Whether the message counts at least what its samplings used; otherwise something was billed that it does not count. */
function areWithin(top: Counts, iterations: readonly unknown[]): boolean {
  const samplings = iterations.filter((iteration) => !isCompaction(iteration)).map(countsOf);
  const known = samplings.filter((counts) => counts !== undefined);
  const [input, output] = [
    known.reduce((all, { input: own }) => all + own, 0),
    known.reduce((all, { output: own }) => all + own, 0),
  ];
  return input <= top.input && output <= top.output;
}

/** The largest of several prompts, because the price of a prompt depends on its length. */
function largestInput(iterations: readonly unknown[], input: number): number | undefined {
  if (iterations.length < 2) return undefined;
  const largest = Math.max(...iterations.map((iteration) => countsOf(iteration)?.input ?? input));
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
  return field(field(field(usage, 'fallback_credit'), 'status'), 'type') === 'redeemed';
}

/** Tools that run at no charge beyond their tokens. */
const FREE_TOOLS: ReadonlySet<string> = new Set(['web_fetch']);

/** Counts are named `web_search_requests` and so on. */
function toolCallsOf(uses: unknown): Readonly<Record<string, number>> | undefined {
  if (typeof uses !== 'object' || uses === null) return undefined;
  const calls = Object.keys(uses)
    .map((name): [string, number] => [name.replace(/_requests$/, ''), countField(uses, name) ?? 0])
    .filter(([tool, count]) => count > 0 && !FREE_TOOLS.has(tool));
  return calls.length > 0 ? Object.fromEntries(calls) : undefined;
}

/** Fast inference is billed like a tier. The price of both together is unknown, so their names are joined. */
function tierOf(usage: unknown): string | undefined {
  const words = [field(usage, 'service_tier'), field(usage, 'speed')]
    .filter((word): word is string => typeof word === 'string' && word !== '')
    .map((word) => word.toLowerCase())
    .filter((word) => word !== 'standard');
  return words.length > 0 ? words.join('_') : undefined;
}

/** Words for inference that may run anywhere, at no extra cost. */
const ANYWHERE: ReadonlySet<string> = new Set(['global', 'not_available']);

function regionOf(usage: unknown): string | undefined {
  const region = textField(usage, 'inference_geo')?.toLowerCase();
  return region === undefined || ANYWHERE.has(region) ? undefined : region;
}
