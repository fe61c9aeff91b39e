/**
 * What one call of a model used. Every part is included in its whole: cached tokens in `inputTokens`, reasoning in `outputTokens`.
 * A part that the answer does not mention is missing.
 */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Input tokens read from the provider's prompt cache. */
  readonly cacheReadTokens?: number | undefined;
  /** Input tokens written to the provider's prompt cache. */
  readonly cacheWriteTokens?: number | undefined;
  /** The part of `cacheWriteTokens` that is kept for an hour, which costs more than the usual five minutes. */
  readonly cacheWrite1hTokens?: number | undefined;
  readonly reasoningTokens?: number | undefined;
  readonly inputAudioTokens?: number | undefined;
  readonly outputAudioTokens?: number | undefined;
  /** The part of `inputAudioTokens` that was read from the provider's prompt cache. */
  readonly cacheReadAudioTokens?: number | undefined;
  readonly inputImageTokens?: number | undefined;
  readonly outputImageTokens?: number | undefined;
  /** The part of `inputImageTokens` that was read from the provider's prompt cache. */
  readonly cacheReadImageTokens?: number | undefined;
  /** The input of the largest of several calls that this usage adds up, because long prompts cost more. Missing for one call. */
  readonly largestInputTokens?: number | undefined;
  /**
   * How often tools that the provider ran were used, by the provider's name of the tool: `web_search`, `file_search`,
   * `google_search` ... Tools without a fee of their own need not be listed.
   */
  readonly toolCalls?: Readonly<Record<string, number>> | undefined;
  /**
   * The tier that the call was billed at, in the provider's word in lower case: `batch`, `flex`, `priority`, `fast`, `scale`,
   * `provisioned_throughput`. Missing for the standard tier.
   */
  readonly serviceTier?: string | undefined;
  /** Where inference had to run, if the provider charges for that: `us`. */
  readonly inferenceRegion?: string | undefined;
  /** How much of the web the provider searched for the answer, if the fee of a request depends on it: `low`, `medium`, `high`. */
  readonly searchContextSize?: string | undefined;
  /** Whether the provider bills something that no field here expresses (minutes of audio, made images), so no list price holds. */
  readonly hasUnlistedParts?: boolean | undefined;
  /**
   * What the provider says it billed for the whole call, in US dollars. Missing if the statement covers a part of the bill only,
   * as that of a gateway does when the call was made with the user's own key.
   */
  readonly billedUsd?: number | undefined;
}

const COUNTS = [
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'cacheWrite1hTokens',
  'reasoningTokens',
  'inputAudioTokens',
  'outputAudioTokens',
  'cacheReadAudioTokens',
  'inputImageTokens',
  'outputImageTokens',
  'cacheReadImageTokens',
  'largestInputTokens',
] as const satisfies readonly (keyof Usage)[];

const COUNT_NAMES: ReadonlySet<string> = new Set(COUNTS);

const WORD_NAMES: ReadonlySet<string> = new Set<keyof Usage>(['serviceTier', 'inferenceRegion', 'searchContextSize']);

/** Whether a usage counts nothing at all. No call uses nothing, so such a usage is one that the provider did not fill in. */
export function isEmptyUsage(usage: Usage): boolean {
  if (usage.inputTokens > 0 || usage.outputTokens > 0) return false;
  return COUNTS.every((name) => (usage[name] ?? 0) === 0) && Object.values(usage.toolCalls ?? {}).every(isZero);
}

/** The usage without the provider's bill, to ask what the same tokens cost elsewhere. */
export function withoutBill(usage: Usage): Usage {
  if (usage.billedUsd === undefined) return usage;
  const { billedUsd, ...rest } = usage;
  return rest;
}

/** The usage with all of its input paid in full; undefined if it was so already. */
export function withoutPromptCache(usage: Usage): Usage | undefined {
  if (usage.cacheReadTokens === undefined && usage.cacheWriteTokens === undefined) return undefined;
  const { cacheReadTokens, cacheWriteTokens, cacheWrite1hTokens, cacheReadAudioTokens, cacheReadImageTokens, ...rest } =
    usage;
  return withoutBill(rest);
}

/** Whether a value from outside is a usage: nothing but known parts, and whole numbers from 0 as counts. */
export function isUsage(value: unknown): value is Usage {
  if (typeof value !== 'object' || value === null) return false;
  const parts = value as Readonly<Record<string, unknown>>;
  if (parts['inputTokens'] === undefined || parts['outputTokens'] === undefined) return false;
  for (const name in parts) {
    if (!isPart(name, parts[name])) return false;
  }
  return true;
}

/**
 * The tokens of several calls together; undefined for no calls. Fields that are not counts are left out, because calls may differ in them.
 */
export function totalUsage(usages: readonly Usage[]): Usage | undefined {
  const [first, ...others] = usages;
  if (first === undefined || others.length === 0) return first;
  const counted = COUNTS.filter((name) => usages.some((usage) => usage[name] !== undefined));
  const counts = counted.map((name) => [name, usages.reduce((sum, usage) => sum + (usage[name] ?? 0), 0)]);
  return Object.fromEntries(counts) as Usage; // each usage has the counts that a Usage needs
}

function isPart(name: string, part: unknown): boolean {
  if (COUNT_NAMES.has(name)) return isCount(part);
  if (WORD_NAMES.has(name)) return typeof part === 'string';
  if (name === 'hasUnlistedParts') return typeof part === 'boolean';
  if (name === 'billedUsd') return Number.isFinite(part) && (part as number) >= 0;
  return name === 'toolCalls' && typeof part === 'object' && part !== null && Object.values(part).every(isCount);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isZero(count: number): boolean {
  return count === 0;
}
