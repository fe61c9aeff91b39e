import type { CacheOutcome, CacheSkipReason, CacheTier } from '../facts.ts';

/** How the lookup of one execution ended, for its caller. */
export interface CacheReport {
  readonly operation: string;
  readonly outcome: CacheOutcome;
  /**
   * The key of the request in the store; undefined for a request that was not looked up. Contains nothing of the
   * request.
   */
  readonly key: string | undefined;
  /** Milliseconds since the answer was stored; undefined unless it came from the store. */
  readonly ageMs: number | undefined;
  /** Which tier the answer came from; undefined unless it came from the store. */
  readonly tier: CacheTier | undefined;
  /** Why the request was not looked up; undefined if it was. Why an answer is not stored is not known yet. */
  readonly skipped: CacheSkipReason | undefined;
}

/**
 * The response headers that tell a client about a lookup: `x-cache` (`HIT`, `MISS`, `STALE`, `COALESCED`, `BYPASS`),
 * `x-cache-key` if there is a key, and `age` in whole seconds if the answer came from the store (RFC 9111, 5.1).
 *
 * @example
 * ```ts
 * const control = { onOutcome: (report: CacheReport) => response.setHeaders(new Headers(cacheHeaders(report))) };
 * await cache.execute(request, withCacheControl(context, control));
 * ```
 */
export function cacheHeaders({ outcome, key, ageMs }: CacheReport): Record<string, string> {
  return {
    'x-cache': outcome.toUpperCase(),
    ...(key === undefined ? {} : { 'x-cache-key': key }),
    ...(ageMs === undefined ? {} : { age: String(Math.floor(ageMs / 1_000)) }),
  };
}
