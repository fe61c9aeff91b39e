import {
  capped,
  counter,
  type FactsUnder,
  namedBy,
  type Topic,
  topic,
  upDownCounter,
} from 'tta-observability-integration/telemetry';
// For their facts: every name that an advisor may state must have its entry below.
import type {} from './facts.ts';

const OPERATION = capped('operation');

const metrics = {
  requests: counter('cache_advisor_requests_total', '{request}', 'Requests that an advisor has seen.', OPERATION),
  repeats: counter(
    'cache_advisor_repeats_total',
    '{request}',
    'Requests that a cache with that life of its answers would have answered.',
    OPERATION,
    capped('ttl_seconds'),
  ),
  savings: upDownCounter(
    'cache_advisor_savings_usd',
    '{USD}',
    'What a cache with that life of its answers would have saved, US dollars.',
    OPERATION,
    capped('ttl_seconds'),
  ),
};

/** What becomes of the facts of cache advisors. */
export const cacheAdvisorTopic: Topic<FactsUnder<'cacheAdvisor'>> = topic({
  facts: {
    'cacheAdvisor.operation': { attribute: 'tta.cache_advisor.operation', dimension: 'operation' },
    'cacheAdvisor.request': {
      attribute: ({ hitWithinMs }) =>
        hitWithinMs.length === 0 ? {} : { 'tta.cache_advisor.hit_within_s': Math.min(...hitWithinMs) / 1_000 },
      record({ hitWithinMs, costUsd }, recorder) {
        const operation = recorder.label('cacheAdvisor.operation');
        recorder.add(metrics.requests, [operation]);
        for (const ttlMs of hitWithinMs) {
          const labels = [operation, String(ttlMs / 1_000)] as const;
          recorder.add(metrics.repeats, labels);
          recorder.add(metrics.savings, labels, costUsd ?? 0);
        }
      },
    },
  },
  metrics,
  spans: { cache_advisor: namedBy('cacheAdvisor.operation') },
});
