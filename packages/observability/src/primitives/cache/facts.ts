import type { SavingSource } from '../../llm/savings.ts';
import type {} from './advisor/facts.ts';
import type {} from './semantic/facts.ts';

/** How a lookup ended; exactly one is stated per execution. */
export type CacheOutcome = 'hit' | 'miss' | 'stale' | 'bypass' | 'coalesced';

/** Which tier answered. */
export type CacheTier = 'near' | 'far';

/** Why an answer was not stored. */
export type CacheSkipReason =
  | 'error'
  | 'length'
  | 'content_filter'
  | 'no_finish_reason'
  | 'empty'
  | 'interrupted'
  | 'tool_calls'
  | 'server_state'
  /** The input was changed after the request had been looked up, so that its answer answers another one. */
  | 'changed'
  | 'too_large'
  | 'unserializable'
  | 'policy';

/** Why a store could not be used. */
export type StoreErrorReason =
  | 'connect'
  | 'closed'
  | 'timeout'
  | 'readonly'
  | 'oom'
  | 'auth'
  | 'loading'
  | 'misconf'
  | 'noperm'
  | 'protocol'
  /** A package that the store needs could not be loaded. */
  | 'not_installed'
  | 'other';

declare module 'tta-dev-primitives' {
  interface Facts {
    /** Stated first, because every metric of a cache is told apart by it. */
    'cache.operation': string;
    'cache.outcome': CacheOutcome;
    'cache.tier': CacheTier;
    /** Milliseconds since the value that was served had been stored. */
    'cache.ageMs': number;
    /** What the answer would have cost, in US dollars, had it not been served from the cache. */
    'cache.savedUsd': { readonly usd: number; readonly source: SavingSource };
    /** An answer was served whose price is not known; it is counted, never guessed. */
    'cache.unpriced': true;
    'cache.skipped': CacheSkipReason;
    'cache.storeError': StoreErrorReason;
    /** The store was not asked, because it had become unusable before; the reason is why. */
    'cache.unavailable': StoreErrorReason;
    'cache.storeOperation': 'get' | 'set' | 'delete';
    'cache.corrupt': true;
    'cache.writeFailed': StoreErrorReason;
    /** The state of the breaker around a store's reads, stated when it changes. */
    'cache.breakerState': 'closed' | 'open' | 'half_open';
  }
}
