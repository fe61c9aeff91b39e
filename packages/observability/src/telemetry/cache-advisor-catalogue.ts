import type { CatalogueOf } from './catalogue.ts';
import { counter, type Metric, upDownCounter } from './metric.ts';

const metrics = {
  requests: counter('cache_advisor_requests_total', '{request}', 'Requests that an advisor has seen.', 'operation'),
  repeats: counter(
    'cache_advisor_repeats_total',
    '{request}',
    'Requests that a cache with that life of its answers would have answered.',
    'operation',
    'ttl_seconds',
  ),
  savings: upDownCounter(
    'cache_advisor_savings_usd',
    '{USD}',
    'What a cache with that life of its answers would have saved, US dollars.',
    'operation',
    'ttl_seconds',
  ),
};

export const CACHE_ADVISOR_METRICS: readonly Metric[] = Object.values(metrics);

/** What becomes of the facts of cache advisors. */
export const cacheAdvisorCatalogue: CatalogueOf<'cacheAdvisor'> = {
  'cacheAdvisor.operation': { attribute: 'tta.cache_advisor.operation', dimension: 'operation', namesSpan: true },
  'cacheAdvisor.request': {
    attribute: ({ hitWithinMs }) =>
      hitWithinMs.length === 0 ? {} : { 'tta.cache_advisor.hit_within_s': Math.min(...hitWithinMs) / 1_000 },
    record({ hitWithinMs, costUsd }, recording) {
      const operation = recording.label('cacheAdvisor.operation');
      recording.add(metrics.requests, [operation]);
      for (const ttlMs of hitWithinMs) {
        const labels = [operation, String(ttlMs / 1_000)] as const;
        recording.add(metrics.repeats, labels);
        recording.add(metrics.savings, labels, costUsd ?? 0);
      }
    },
  },
};
