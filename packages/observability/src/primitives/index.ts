export type { CacheOutcome, CacheSkipReason, CacheTier, StoreErrorReason } from './cache/facts.ts';
export type { RouterReason } from './router/facts.ts';
export type { TimeoutOutcome, TimeoutPhase } from './timeout/facts.ts';
