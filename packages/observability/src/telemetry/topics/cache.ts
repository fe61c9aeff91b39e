import type { CacheOutcome } from '../../primitives/cache/facts.ts';
import type { Recorder } from '../fact-entry.ts';
import { capped, closed, counter, gauge, latency, upDownCounter } from '../metric.ts';
import { rate, ratio } from '../rate.ts';
import { namedBy } from '../spans/span-definition.ts';
import { type FactsUnder, type Topic, topic } from '../topic.ts';

const OPERATION = capped('operation');

const LOOKUPS = ['hit', 'miss', 'stale', 'bypass', 'coalesced'] as const;

const SKIP_REASONS = [
  ...['error', 'length', 'content_filter', 'no_finish_reason', 'empty', 'interrupted', 'tool_calls', 'refusal'],
  ...['invalid', 'server_state', 'changed', 'too_large', 'unserializable', 'invalidated', 'tags_unknown', 'no_store'],
  'hold_out',
  ...['not_deterministic', 'no_key', 'no_user', 'policy'],
] as const;

const STALE_CAUSES = [
  ...['revalidating', 'accepted', 'policy', 'network', 'timeout', 'rate_limited', 'quota', 'server_error'],
  ...['circuit_open'],
] as const;

const STORE_ERRORS = [
  ...['connect', 'closed', 'timeout', 'readonly', 'oom', 'auth', 'loading', 'misconf', 'noperm', 'protocol'],
  ...['not_installed', 'other'],
] as const;

const metrics = {
  hits: counter('cache_hits_total', '{hit}', 'Lookups answered without a call of their own.', OPERATION),
  misses: counter('cache_misses_total', '{miss}', 'Lookups that had to call.', OPERATION),
  lookups: counter(
    'cache_lookups_total',
    '{lookup}',
    'Lookups by how they ended.',
    OPERATION,
    closed('outcome', LOOKUPS),
  ),
  cacheSeconds: latency(
    'cache_latency_seconds',
    's',
    'Time to an answer through a cache.',
    OPERATION,
    closed('hit', ['true', 'false']),
  ),
  cacheSavings: upDownCounter(
    'cache_cost_savings_usd',
    '{USD}',
    'What answers from the cache would have cost, US dollars.',
    OPERATION,
  ),
  grossSavings: counter(
    'cache_gross_savings_usd_total',
    '{USD}',
    'What answers from the cache would have cost with a cold prompt cache, by what spared it, US dollars.',
    OPERATION,
    closed('source', ['cache', 'coalesced', 'route']),
  ),
  savingsUnpriced: counter(
    'cache_savings_unpriced_total',
    '{answer}',
    'Answers from the cache whose price is not known, left out of the savings.',
    OPERATION,
  ),
  skipped: counter(
    'cache_skipped_total',
    '{answer}',
    'Answers that were not stored.',
    OPERATION,
    closed('reason', SKIP_REASONS),
  ),
  staleServed: counter(
    'cache_stale_served_total',
    '{answer}',
    'Answers served past their ttl.',
    OPERATION,
    closed('cause', STALE_CAUSES),
  ),
  refreshes: counter(
    'cache_refreshes_total',
    '{refresh}',
    'Refreshes in the background by how they ended.',
    OPERATION,
    closed('outcome', ['stored', 'not_stored', 'failed', 'timed_out']),
  ),
  invalidations: counter(
    'cache_invalidations_total',
    '{invalidation}',
    'Requests, tags and bad answers that were invalidated.',
    OPERATION,
    closed('kind', ['key', 'tag', 'rejection']),
  ),
  storeErrors: counter(
    'cache_store_errors_total',
    '{error}',
    'Reads that the store failed.',
    OPERATION,
    closed('reason', STORE_ERRORS),
  ),
  unavailable: counter(
    'cache_unavailable_total',
    '{lookup}',
    'Lookups for which the store was not asked.',
    OPERATION,
    closed('reason', STORE_ERRORS),
  ),
  corrupt: counter('cache_corrupt_total', '{entry}', 'Stored entries that could not be read back.', OPERATION),
  leaseExpired: counter('cache_lease_expired_total', '{lease}', 'Leases taken over from lost processes.', OPERATION),
  writeFailures: counter(
    'cache_write_failures_total',
    '{write}',
    'Writes the store failed.',
    OPERATION,
    closed('reason', STORE_ERRORS),
  ),
  breaker: gauge('cache_breaker_state', '', 'The breaker around the store: 0 closed, 1 half-open, 2 open.', OPERATION),
};

const hitRate = rate('cache_hit_rate', 'Hits as a share of hits and misses.', metrics.hits, (sumOf, labels) => {
  const hits = sumOf(metrics.hits, labels);
  return ratio(hits, hits + sumOf(metrics.misses, labels));
});

const BREAKER_STATES = { closed: 0, half_open: 1, open: 2 } as const;

/** What becomes of the facts of caches. */
export const cacheTopic: Topic<FactsUnder<'cache'>> = topic({
  facts: {
    'cache.operation': {
      attribute: 'tta.cache.operation',
      dimension: 'operation',
      record: startCache,
    },
    'cache.outcome': {
      attribute: (outcome) => ({ 'tta.cache.outcome': outcome, 'tta.cache.hit': isHit(outcome) }),
      record(outcome, recorder) {
        const operation = recorder.label('cache.operation');
        recorder.add(metrics.lookups, [operation, outcome]);
        if (isHit(outcome)) recorder.add(metrics.hits, [operation]);
        if (outcome === 'miss') recorder.add(metrics.misses, [operation]);
      },
      onEnd(outcome, { seconds }, recorder) {
        if (outcome === 'bypass') return; // the cache was not asked, so the time is not its latency
        recorder.measure(
          metrics.cacheSeconds,
          [recorder.label('cache.operation'), isHit(outcome) ? 'true' : 'false'],
          seconds,
        );
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
      record({ usd, grossUsd, source }, recorder) {
        const operation = recorder.label('cache.operation');
        recorder.add(metrics.cacheSavings, [operation], usd);
        recorder.add(metrics.grossSavings, [operation, source], grossUsd);
      },
    },
    'cache.usage': {}, // the span of the call that made the answer has its tokens
    'cache.model': {}, // so has its model
    'cache.storeSize': {}, // for reports
    'cache.unpriced': {
      attribute: 'tta.cache.unpriced',
      record: (_true, recorder) => recorder.add(metrics.savingsUnpriced, [recorder.label('cache.operation')]),
    },
    'cache.skipped': {
      attribute: 'tta.cache.skip_reason',
      record: (reason, recorder) => recorder.add(metrics.skipped, [recorder.label('cache.operation'), reason]),
    },
    'cache.staleServed': {
      attribute: 'tta.cache.stale_cause',
      record: (cause, recorder) => recorder.add(metrics.staleServed, [recorder.label('cache.operation'), cause]),
    },
    'cache.refreshed': {
      attribute: 'tta.cache.refresh_outcome',
      record: (outcome, recorder) => recorder.add(metrics.refreshes, [recorder.label('cache.operation'), outcome]),
    },
    'cache.invalidated': {
      attribute: 'tta.cache.invalidation',
      record: (kind, recorder) => recorder.add(metrics.invalidations, [recorder.label('cache.operation'), kind]),
    },
    'cache.storeError': {
      attribute: 'tta.cache.store_error',
      record: (reason, recorder) => recorder.add(metrics.storeErrors, [recorder.label('cache.operation'), reason]),
    },
    'cache.unavailable': {
      attribute: 'tta.cache.unavailable',
      record: (reason, recorder) => recorder.add(metrics.unavailable, [recorder.label('cache.operation'), reason]),
    },
    'cache.storeOperation': { attribute: 'tta.cache.store_operation' },
    'cache.corrupt': {
      attribute: 'tta.cache.corrupt',
      record: (_true, recorder) => recorder.add(metrics.corrupt, [recorder.label('cache.operation')]),
    },
    'cache.lease': { attribute: 'tta.cache.lease' },
    'cache.leaseWaitMs': { attribute: (ms) => ({ 'tta.cache.lease_wait_s': ms / 1_000 }) },
    'cache.leaseExpired': {
      attribute: 'tta.cache.lease_expired',
      record: (_true, recorder) => recorder.add(metrics.leaseExpired, [recorder.label('cache.operation')]),
    },
    'cache.writeFailed': {
      attribute: 'tta.cache.write_failure',
      record: (reason, recorder) => recorder.add(metrics.writeFailures, [recorder.label('cache.operation'), reason]),
    },
    'cache.breakerState': {
      attribute: 'tta.cache.breaker_state',
      record: (state, recorder) =>
        recorder.set(metrics.breaker, [recorder.label('cache.operation')], BREAKER_STATES[state]),
    },
  },
  metrics,
  rates: [hitRate],
  spans: { cache: namedBy('cache.operation') },
});

function isHit(outcome: CacheOutcome): boolean {
  return outcome === 'hit' || outcome === 'stale' || outcome === 'coalesced';
}

/** Makes every counter of an operation print 0 from its first execution, because then the first event is an increase too. */
function startCache(operation: string, recorder: Recorder): void {
  if (!recorder.isNew(metrics.hits, [operation])) return;
  const { hits, misses, cacheSavings, savingsUnpriced, corrupt } = metrics;
  for (const metric of [hits, misses, cacheSavings, savingsUnpriced, corrupt]) recorder.add(metric, [operation], 0);
  for (const outcome of LOOKUPS) recorder.add(metrics.lookups, [operation, outcome], 0);
}
