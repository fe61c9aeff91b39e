import type { SavingSource } from '../../llm/money/saving-source.ts';
import type { Usage } from '../../llm/money/usage.ts';
import type { StoreErrorReason } from '../../store/store-error-reason.ts';
import type { StoreSize } from './store/store-size.ts';

/** How a lookup ended; exactly one is stated per execution. */
export type CacheOutcome = 'hit' | 'miss' | 'stale' | 'bypass' | 'coalesced';

/** Which tier answered. */
export type CacheTier = 'near' | 'far';

/** Why an answer was not stored, or a request not looked up. */
export type CacheSkipReason =
  | 'error'
  | 'length'
  | 'content_filter'
  | 'no_finish_reason'
  | 'empty'
  | 'interrupted'
  | 'tool_calls'
  | 'refusal'
  /** JSON was asked for and not given, or the application's own check refused the answer. */
  | 'invalid'
  | 'server_state'
  /** The input was changed after the request had been looked up, so its answer answers another one. */
  | 'changed'
  | 'too_large'
  | 'unserializable'
  /** It was invalidated while it was made. */
  | 'invalidated'
  /** The generations of its tags were not known when its making began. */
  | 'tags_unknown'
  /** Its caller asked that it be neither looked up nor stored. */
  | 'no_store'
  /** The request goes without savings, to measure them. */
  | 'hold_out'
  /** What the user's `key` gave is nothing, which would be the same for every request. */
  | 'no_key'
  /** Answers are stored for each user, and the user of the request is not known. */
  | 'no_user'
  | 'policy';

/** How the lease on a request stood among the processes that share a store, when the step was called or was not. */
export type CacheLeaseStanding =
  /** This process has it. */
  | 'held'
  /** This process has it after one that was lost. */
  | 'taken_over'
  /** Another process has stored the answer. */
  | 'answered'
  /** The answer of another process could not be stored, or cannot be served by this process, so this process calls too. */
  | 'uncacheable'
  /** The wait for another process was over before the answer was there, so this one calls too. */
  | 'gave_up'
  /** The store could not be asked. */
  | 'unavailable';

/** What kept a provider from answering; `quota` means that the account has no quota or credit left. */
export type FailureCause = 'network' | 'timeout' | 'rate_limited' | 'quota' | 'server_error' | 'circuit_open';

/**
 * Why a value was served past its ttl: it was being refreshed (`revalidating`), its caller accepted it as it was (`accepted`), the
 * step failed and the rule of the user said so (`policy`), or the step failed for a cause that the built-in rule knows.
 */
export type StaleCause = 'revalidating' | 'accepted' | 'policy' | FailureCause;

/** How a refresh in the background ended. */
export type RefreshOutcome = 'stored' | 'not_stored' | 'failed' | 'timed_out';

/** What was invalidated: one request, or everything under a tag. */
export type InvalidationKind = 'key' | 'tag';

declare module 'tta-dev-primitives' {
  interface Facts {
    /** Stated first, because every metric of a cache is told apart by it. */
    'cache.operation': string;
    'cache.outcome': CacheOutcome;
    'cache.tier': CacheTier;
    /** Milliseconds since the value that was served had been stored. */
    'cache.ageMs': number;
    /**
     * What the answer would have cost, in US dollars, had it not been served from the cache; below 0 what a refresh in the
     * background has cost, which would not have been paid without the cache.
     */
    'cache.savedUsd': {
      readonly usd: number;
      /** Had the provider's prompt cache been cold, and nothing been taken off. */
      readonly grossUsd: number;
      readonly source: SavingSource;
    };
    /** An answer was served whose price is not known; it is counted, never guessed. */
    'cache.unpriced': true;
    /** The tokens that an answer had used when it was made; stated when it is given without a call of its own. */
    'cache.usage': Usage;
    /** The model that had made such an answer, as the provider names it; stated only where a record of the request is kept. */
    'cache.model': string;
    /** What the store held in this process when the lookup began; stated only where a record of the request is kept. */
    'cache.storeSize': StoreSize;
    'cache.skipped': CacheSkipReason;
    /** Why a value was served past its ttl; stated once for each execution that got one. */
    'cache.staleServed': StaleCause;
    /** How a refresh in the background ended, on behalf of the execution that caused it; no outcome includes it. */
    'cache.refreshed': RefreshOutcome;
    'cache.invalidated': InvalidationKind;
    'cache.storeError': StoreErrorReason;
    /** The store was not asked, because it had become unusable before; the reason is why. */
    'cache.unavailable': StoreErrorReason;
    'cache.storeOperation': 'get' | 'set' | 'delete';
    'cache.corrupt': true;
    'cache.lease': CacheLeaseStanding;
    /** Milliseconds spent waiting for the call of another process. */
    'cache.leaseWaitMs': number;
    /** A process was lost while it held a lease, and this one has taken it over. */
    'cache.leaseExpired': true;
    'cache.writeFailed': StoreErrorReason;
    /** The state of the breaker around a store's reads, stated when it changes. */
    'cache.breakerState': 'closed' | 'open' | 'half_open';
  }

  interface ReportSummary {
    /** How the lookup of the outermost cache ended. */
    cacheOutcome: CacheOutcome;
  }
}
