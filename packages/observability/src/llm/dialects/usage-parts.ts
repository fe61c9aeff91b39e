import type { Usage } from '../money/usage.ts';

/** The usage in an answer: the fields of a `Usage`, each missing if the answer does not state it. */
export type UsageParts = { readonly [Part in keyof Usage]: Usage[Part] | undefined };

/**
 * The usage that some parts make.
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
    const part = parts[name as keyof Usage];
    if (part !== undefined) usage[name] = part;
  }
  return usage as unknown as Usage; // both wholes are known, see above
}

/**
 * The larger of each count of two usages of one stream, because counts grow while a stream goes on and some providers end it
 * with zeros.
 */
export function largestUsage(known: Usage | undefined, told: Usage | undefined): Usage | undefined {
  if (known === undefined || told === undefined) return told ?? known;
  const largest: Record<string, unknown> = { ...known };
  for (const [name, part] of Object.entries(told)) {
    const before = largest[name];
    if (typeof part === 'number' && typeof before === 'number') largest[name] = Math.max(part, before);
    else if (name === 'toolCalls') largest[name] = largestCounts(known.toolCalls, told.toolCalls);
    else largest[name] = part;
  }
  return largest as unknown as Usage; // a usage with more parts is one too
}

/**
 * The sum of each count of two calls; a part that only one of them states is in the sum as it is. A bill is known if both state one. Calls
 * at different tiers or in different regions have no common price.
 */
export function addedUsage(left: Usage, right: Usage): Usage {
  const sum: Record<string, unknown> = { ...left };
  for (const [name, part] of Object.entries(right)) {
    const before = sum[name];
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

function largestCounts(left: Counts = {}, right: Counts = {}): Counts {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return Object.fromEntries([...names].map((name) => [name, Math.max(left[name] ?? 0, right[name] ?? 0)]));
}

function addedCounts(left: Counts = {}, right: Counts = {}): Counts {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return Object.fromEntries([...names].map((name) => [name, (left[name] ?? 0) + (right[name] ?? 0)]));
}

function hasOtherCounts({ toolCalls = {}, billedUsd = 0, hasUnlistedParts = false }: UsageParts): boolean {
  return hasUnlistedParts || billedUsd > 0 || Object.values(toolCalls).some((count) => count > 0);
}
