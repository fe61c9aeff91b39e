import type { Usage } from '../money/usage.ts';

/** The usage in an answer: the fields of a `Usage`, each missing if the answer does not state it, and two more counts. */
export type UsageParts = { readonly [Part in keyof Usage]: Usage[Part] | undefined } & {
  readonly totalTokens?: number | undefined;
  readonly cacheWrite5mTokens?: number | undefined;
};

/**
 * The usage that some parts make. Tools that were called 0 times are left out.
 *
 * @returns undefined if a whole is unknown, if every count is zero, or if a part is larger than its whole
 */
export function usageOfParts(parts: UsageParts): Usage | undefined {
  const { inputTokens, outputTokens, cacheReadTokens = 0, cacheWriteTokens = 0 } = parts;
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  if (inputTokens === 0 && outputTokens === 0 && !hasOtherCounts(parts)) return undefined;
  if (cacheReadTokens + cacheWriteTokens > inputTokens || (parts.reasoningTokens ?? 0) > outputTokens) return undefined;
  const usage: Record<string, unknown> = {};
  for (const name in parts) {
    const part = name === 'toolCalls' ? parts.toolCalls && calledTools(parts.toolCalls) : parts[name as keyof Usage];
    if (part !== undefined && name !== 'totalTokens' && name !== 'cacheWrite5mTokens') usage[name] = part;
  }
  return usage as unknown as Usage; // both wholes are known, see above
}

function hasOtherCounts({ toolCalls = {}, billedUsd = 0, hasUnlistedParts = false }: UsageParts): boolean {
  return hasUnlistedParts || billedUsd > 0 || calledTools(toolCalls) !== undefined;
}

function calledTools(counts: Counts): Counts | undefined {
  let called: Record<string, number> | undefined;
  for (const [tool, count] of Object.entries(counts)) if (count > 0) called = { ...called, [tool]: count };
  return called;
}

/**
 * The sum of each count of two calls; a part that only one of them states is in the sum as it is. A bill is known if both state one. Calls
 * at different tiers or in different regions have no common price.
 */
export function addedUsage(left: Usage, right: Usage): Usage {
  const sum: Record<string, unknown> = { ...left };
  for (const [name, part] of Object.entries(right)) {
    const before = sum[name];
    if (part === undefined) continue;
    if (typeof part === 'number' && typeof before === 'number') sum[name] = part + before;
    else if (name === 'toolCalls') sum[name] = addedCounts(left.toolCalls, right.toolCalls);
    else sum[name] = part;
  }
  const largestInputTokens = Math.max(largestInputOf(left), largestInputOf(right));
  if (largestInputTokens < left.inputTokens + right.inputTokens) sum['largestInputTokens'] = largestInputTokens;
  if (left.billedUsd === undefined || right.billedUsd === undefined) delete sum['billedUsd'];
  if (BILLED_BY.some((name) => left[name] !== right[name])) sum['hasUnlistedParts'] = true;
  return sum as unknown as Usage; // a usage with more parts is one too
}

/** What decides the price of a whole call. */
const BILLED_BY = ['serviceTier', 'inferenceRegion', 'searchContextSize'] as const satisfies readonly (keyof Usage)[];

function largestInputOf({ largestInputTokens, inputTokens }: Usage): number {
  return largestInputTokens ?? inputTokens;
}

type Counts = Readonly<Record<string, number>>;

function addedCounts(left: Counts = {}, right: Counts = {}): Counts {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return Object.fromEntries([...names].map((name) => [name, (left[name] ?? 0) + (right[name] ?? 0)]));
}

/** The sum of counts; undefined if one is unknown. */
export function sumOfKnown(counts: readonly (number | undefined)[]): number | undefined {
  return counts.reduce((sum, count) => (sum === undefined || count === undefined ? undefined : sum + count), 0);
}
