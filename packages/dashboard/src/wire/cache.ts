import type { Buckets, Counted, Known, Period, Range, Usd } from './amounts.ts';
import type { CacheWord } from './request-row.ts';

/** `GET /api/cache?range=` */
export interface Cache {
  readonly range: Range;
  readonly period: Period;
  readonly all: CacheLine;
  /** By hit rate, the highest first. The lines add up to `all`. */
  readonly operations: readonly (CacheLine & { readonly operation: string })[];
  readonly hitAgeP50Ms: Known;
  readonly notStored: readonly Counted[];
  readonly notLookedUp: readonly Counted[];
  /** One for each tier that has been heard of, the near one first. */
  readonly stores: readonly StoreState[];
  readonly buckets: Buckets;
  readonly answeredByCache: readonly number[];
  readonly askedModel: readonly number[];
}

export interface CacheLine {
  readonly lookups: number;
  readonly counts: Readonly<Record<CacheWord, number>>;
  /** Hits, shared and stale; `answered / lookups` is the hit rate. */
  readonly answered: number;
  readonly hitRate: Known;
  readonly hitP50Ms: Known;
  readonly missP50Ms: Known;
  readonly savedUsd: Usd;
  /** Answers whose price is unknown; they are not in `savedUsd`. */
  readonly unpriced: number;
}

export interface StoreState {
  /** `Memory`, `Redis` or the name of another store; null if it has not said its name. */
  readonly name: string | null;
  readonly tier: 'near' | 'far' | 'only';
  readonly state: 'ready' | 'failing' | 'unreachable';
  readonly breaker: 'closed' | 'open' | 'half_open' | null;
  /** Why it last failed: `connect`, `timeout` ... */
  readonly reason?: string;
  readonly sinceAtMs?: number;
  readonly retryAtMs?: number;
  readonly entries: Known;
  readonly bytes: Known;
  readonly maxBytes?: number;
  /** Answers of its cache; null where those of a tier are not counted apart. */
  readonly hits: Known;
  readonly errors: number;
}
