import type { CacheOutcome } from '../primitives/cache/facts.ts';
import type { CatalogueOf } from './catalogue.ts';
import { counter, gauge, latency, type Metric, type Rate, ratio, upDownCounter } from './metric.ts';
import type { Recording } from './recording.ts';

const metrics = {
  hits: counter('cache_hits_total', '{hit}', 'Lookups answered without a call of their own.', 'operation'),
  misses: counter('cache_misses_total', '{miss}', 'Lookups that had to call.', 'operation'),
  lookups: counter('cache_lookups_total', '{lookup}', 'Lookups by how they ended.', 'operation', 'outcome'),
  cacheSeconds: latency('cache_latency_seconds', 's', 'Time to an answer through a cache.', 'operation', 'hit'),
  cacheSavings: upDownCounter(
    'cache_cost_savings_usd',
    '{USD}',
    'What answers from the cache would have cost, US dollars.',
    'operation',
  ),
  grossSavings: counter(
    'cache_gross_savings_usd_total',
    '{USD}',
    'What answers from the cache would have cost with a cold prompt cache, by what spared it, US dollars.',
    'operation',
    'source',
  ),
  savingsUnpriced: counter(
    'cache_savings_unpriced_total',
    '{answer}',
    'Answers from the cache whose price is not known, left out of the savings.',
    'operation',
  ),
  skipped: counter('cache_skipped_total', '{answer}', 'Answers that were not stored.', 'operation', 'reason'),
  staleServed: counter('cache_stale_served_total', '{answer}', 'Answers served past their ttl.', 'operation', 'cause'),
  refreshes: counter(
    'cache_refreshes_total',
    '{refresh}',
    'Refreshes in the background by how they ended.',
    'operation',
    'outcome',
  ),
  invalidations: counter(
    'cache_invalidations_total',
    '{invalidation}',
    'Requests, tags and bad answers that were invalidated.',
    'operation',
    'kind',
  ),
  storeErrors: counter('cache_store_errors_total', '{error}', 'Reads that the store failed.', 'operation', 'reason'),
  unavailable: counter(
    'cache_unavailable_total',
    '{lookup}',
    'Lookups for which the store was not asked.',
    'operation',
    'reason',
  ),
  corrupt: counter('cache_corrupt_total', '{entry}', 'Stored entries that could not be read back.', 'operation'),
  leaseExpired: counter('cache_lease_expired_total', '{lease}', 'Leases taken over from lost processes.', 'operation'),
  writeFailures: counter('cache_write_failures_total', '{write}', 'Writes the store failed.', 'operation', 'reason'),
  breaker: gauge(
    'cache_breaker_state',
    '',
    'The breaker around the store: 0 closed, 1 half-open, 2 open.',
    'operation',
  ),
};

export const CACHE_METRICS: readonly Metric[] = Object.values(metrics);

export const CACHE_RATES: readonly Rate[] = [
  {
    metric: gauge('cache_hit_rate', '', 'Hits as a share of hits and misses.', 'operation'),
    each: metrics.hits,
    of(sums, operation) {
      const hits = sums.valueOf(metrics.hits, [operation]);
      return ratio(hits, hits + sums.valueOf(metrics.misses, [operation]));
    },
  },
];

const LOOKUPS: readonly CacheOutcome[] = ['hit', 'miss', 'stale', 'bypass', 'coalesced'];
const BREAKER_STATES = { closed: 0, half_open: 1, open: 2 } as const;

/** What becomes of the facts of caches. */
export const cacheCatalogue: CatalogueOf<'cache'> = {
  'cache.operation': {
    attribute: 'tta.cache.operation',
    dimension: 'operation',
    namesSpan: true,
    record: startCache,
  },
  'cache.outcome': {
    attribute: (outcome) => ({ 'tta.cache.outcome': outcome, 'tta.cache.hit': isHit(outcome) }),
    record(outcome, recording) {
      const operation = recording.label('cache.operation');
      recording.add(metrics.lookups, [operation, outcome]);
      if (isHit(outcome)) recording.add(metrics.hits, [operation]);
      if (outcome === 'miss') recording.add(metrics.misses, [operation]);
    },
    onEnd(outcome, { seconds }, recording) {
      if (outcome === 'bypass') return; // the cache was not asked, so the time is not its latency
      recording.record(metrics.cacheSeconds, [recording.label('cache.operation'), String(isHit(outcome))], seconds);
    },
  },
  'cache.tier': { attribute: 'tta.cache.tier' },
  'cache.ageMs': { attribute: (ms) => ({ 'tta.cache.age_s': ms / 1_000 }) },
  'cache.savedUsd': {
    attribute: ({ usd, grossUsd, source }) => ({
      'tta.cache.saved_usd': usd,
      'tta.cache.gross_saved_usd': grossUsd,
      'tta.cache.saving_source': source,
    }),
    record({ usd, grossUsd, source }, recording) {
      const operation = recording.label('cache.operation');
      recording.add(metrics.cacheSavings, [operation], usd);
      recording.add(metrics.grossSavings, [operation, source], grossUsd);
    },
  },
  'cache.usage': { attribute: () => ({}) }, // the span of the call that made the answer has its tokens
  'cache.unpriced': {
    attribute: 'tta.cache.unpriced',
    record: (_true, recording) => recording.add(metrics.savingsUnpriced, [recording.label('cache.operation')]),
  },
  'cache.skipped': {
    attribute: 'tta.cache.skip_reason',
    record: (reason, recording) => recording.add(metrics.skipped, [recording.label('cache.operation'), reason]),
  },
  'cache.staleServed': {
    attribute: 'tta.cache.stale_cause',
    record: (cause, recording) => recording.add(metrics.staleServed, [recording.label('cache.operation'), cause]),
  },
  'cache.refreshed': {
    attribute: 'tta.cache.refresh_outcome',
    record: (outcome, recording) => recording.add(metrics.refreshes, [recording.label('cache.operation'), outcome]),
  },
  'cache.invalidated': {
    attribute: 'tta.cache.invalidation',
    record: (kind, recording) => recording.add(metrics.invalidations, [recording.label('cache.operation'), kind]),
  },
  'cache.storeError': {
    attribute: 'tta.cache.store_error',
    record: (reason, recording) => recording.add(metrics.storeErrors, [recording.label('cache.operation'), reason]),
  },
  'cache.unavailable': {
    attribute: 'tta.cache.unavailable',
    record: (reason, recording) => recording.add(metrics.unavailable, [recording.label('cache.operation'), reason]),
  },
  'cache.storeOperation': { attribute: 'tta.cache.store_operation' },
  'cache.corrupt': {
    attribute: 'tta.cache.corrupt',
    record: (_true, recording) => recording.add(metrics.corrupt, [recording.label('cache.operation')]),
  },
  'cache.lease': { attribute: 'tta.cache.lease' },
  'cache.leaseWaitMs': { attribute: (ms) => ({ 'tta.cache.lease_wait_s': ms / 1_000 }) },
  'cache.leaseExpired': {
    attribute: 'tta.cache.lease_expired',
    record: (_true, recording) => recording.add(metrics.leaseExpired, [recording.label('cache.operation')]),
  },
  'cache.writeFailed': {
    attribute: 'tta.cache.write_failure',
    record: (reason, recording) => recording.add(metrics.writeFailures, [recording.label('cache.operation'), reason]),
  },
  'cache.breakerState': {
    attribute: 'tta.cache.breaker_state',
    record: (state, recording) =>
      recording.set(metrics.breaker, [recording.label('cache.operation')], BREAKER_STATES[state]),
  },
};

function isHit(outcome: CacheOutcome): boolean {
  return outcome === 'hit' || outcome === 'stale' || outcome === 'coalesced';
}

/** Makes every counter of an operation print 0 from its first execution, because then the first event is an increase too. */
function startCache(operation: string, recording: Recording): void {
  if (!recording.isNew(metrics.hits, [operation])) return;
  const { hits, misses, cacheSavings, savingsUnpriced, corrupt } = metrics;
  for (const metric of [hits, misses, cacheSavings, savingsUnpriced, corrupt]) recording.add(metric, [operation], 0);
  for (const outcome of LOOKUPS) recording.add(metrics.lookups, [operation, outcome], 0);
}
