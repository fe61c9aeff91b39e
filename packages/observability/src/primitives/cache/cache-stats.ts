import type { CacheSkipReason } from './facts.ts';

/** What a cache has done since it was made. */
export interface CacheStats {
  readonly operation: string;
  /** Executions: `hits + misses + bypasses`. */
  readonly total: number;
  /** Executions answered without a call of their own, stale and coalesced ones included. */
  readonly hits: number;
  /** Lookups that found nothing, also because the store could not be used. */
  readonly misses: number;
  /** Executions that were not looked up, because the request cannot be cached or its caller wanted no stored answer. */
  readonly bypasses: number;
  /** Executions that shared a call with another one. */
  readonly coalesced: number;
  /** Executions answered with a value past its ttl. */
  readonly stale: number;
  /** Refreshes in the background, however they ended; they are no executions. */
  readonly refreshes: number;
  /** Why requests were not looked up, or answers not stored, and how often: where to look when nothing is ever a hit. */
  readonly skipped: Readonly<Partial<Record<CacheSkipReason, number>>>;
  /** `hits / (hits + misses)`, between 0 and 1; 0 before the first lookup. */
  readonly hitRate: number;
  /**
   * What the answers that were not paid for would have cost, less the cost of refreshes, in US dollars, as far as prices are known. The
   * lower bound: as if the provider's prompt cache had still held what it held when they were made.
   */
  readonly costSavingsUsd: number;
  /** The same as if that prompt cache had been cold, and with nothing taken off: the upper bound. */
  readonly grossSavingsUsd: number;
}

/** The statistics in one line, for a person. */
export function describeStats(stats: CacheStats): string {
  const { operation, hits, misses, bypasses, hitRate, costSavingsUsd } = stats;
  const rate = `${(hitRate * 100).toFixed(1)} %`;
  return `CachePrimitive(${operation}: ${hits}/${hits + misses} hits, ${rate}, ${bypasses} bypassed, $${costSavingsUsd.toFixed(6)} saved)`;
}
