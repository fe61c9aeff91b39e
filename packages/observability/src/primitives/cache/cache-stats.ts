import type { CacheSkipReason } from './facts.ts';

/** What a cache has done since it was created. */
export interface CacheStats {
  readonly operation: string;
  /** Executions: `hits + misses + bypasses`. */
  readonly total: number;
  /** Executions answered without their own call, including stale and coalesced answers. */
  readonly hits: number;
  /** Lookups that found nothing, including those for which the store could not be used. */
  readonly misses: number;
  /** Executions that were not looked up, because the request cannot be cached or its caller wanted no stored answer. */
  readonly bypasses: number;
  /** Executions that shared a call with another one. */
  readonly coalesced: number;
  /** Executions answered with a value past its ttl. */
  readonly stale: number;
  /** Refreshes in the background, however they ended. They do not count as executions. */
  readonly refreshes: number;
  /** Why requests were not looked up, or answers not stored, and how often. Look here if you never see a hit. */
  readonly skipped: Readonly<Partial<Record<CacheSkipReason, number>>>;
  /** `hits / (hits + misses)`, between 0 and 1; 0 before the first lookup. */
  readonly hitRate: number;
  /**
   * What the answers from the cache would have cost, minus the cost of refreshes, in US dollars, as far as prices are
   * known. A lower bound: it assumes that the provider's prompt cache still held what it held when the answers were
   * made.
   */
  readonly costSavingsUsd: number;
  /** An upper bound: it assumes that the prompt cache was cold, and subtracts nothing. */
  readonly grossSavingsUsd: number;
}

/** The statistics in one line, for a person. */
export function describeStats(stats: CacheStats): string {
  const { operation, hits, misses, bypasses, hitRate, costSavingsUsd } = stats;
  const rate = `${(hitRate * 100).toFixed(1)} %`;
  return `CachePrimitive(${operation}: ${hits}/${hits + misses} hits, ${rate}, ${bypasses} bypassed, $${costSavingsUsd.toFixed(6)} saved)`;
}
