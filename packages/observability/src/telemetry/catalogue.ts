import type { Attributes } from '@opentelemetry/api';
import type { FactName, Facts } from 'tta-dev-primitives';
// For their facts: every name that a primitive may state must have its entry below.
import type { CacheOutcome } from '../primitives/cache/facts.ts';
import type {} from '../primitives/router/facts.ts';
import type { TimeoutOutcome } from '../primitives/timeout/facts.ts';
import type { OpenDimension } from './dimensions.ts';
import { counter, gauge, inference, latency, type Metric, type Rate, ratio, upDownCounter } from './metric.ts';
import type { Recording } from './recording.ts';
import { RECOVERY_METRICS, recoveryCatalogue } from './recovery-catalogue.ts';

/** Attributes of every span, whatever its primitive. */
export const ATTRIBUTES = {
  kind: 'tta.kind',
  name: 'tta.name',
  ending: 'tta.ending',
  attempt: 'tta.retry.attempt',
  workflowId: 'tta.workflow.id',
  correlationId: 'tta.correlation.id',
  tenantId: 'tta.tenant.id',
  sessionId: 'session.id',
  errorType: 'error.type',
} as const;

const CALL = ['gen_ai.operation.name', 'gen_ai.provider.name', 'gen_ai.request.model'] as const;
const TOKENS = [...CALL, 'gen_ai.token.modality'] as const;
const usage = 'gen_ai.client.inference.usage';

const metrics = {
  decisions: counter('router_decisions_total', '{decision}', 'Decisions of routers.', 'route', 'reason'),
  routeSeconds: inference('router_execution_seconds', 's', 'Time a router took to answer, by route taken.', 'route'),
  routeSavings: upDownCounter(
    'router_cost_savings_usd',
    '{USD}',
    'Cost of the baseline less the cost of the route, US dollars.',
    'route',
  ),
  routeErrors: counter('router_errors_total', '{error}', 'Errors that routes ended with.', 'route', 'error_type'),
  routeUnpriced: counter(
    'router_unpriced_total',
    '{answer}',
    'Answers whose cost or baseline is not known, left out of the savings.',
    'route',
  ),

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
  savingsUnpriced: counter(
    'cache_savings_unpriced_total',
    '{answer}',
    'Answers from the cache whose price is not known, left out of the savings.',
    'operation',
  ),
  skipped: counter('cache_skipped_total', '{answer}', 'Answers that were not stored.', 'operation', 'reason'),
  storeErrors: counter('cache_store_errors_total', '{error}', 'Reads that the store failed.', 'operation', 'reason'),
  unavailable: counter(
    'cache_unavailable_total',
    '{lookup}',
    'Lookups for which the store was not asked.',
    'operation',
    'reason',
  ),
  corrupt: counter('cache_corrupt_total', '{entry}', 'Stored entries that could not be read back.', 'operation'),
  writeFailures: counter('cache_write_failures_total', '{write}', 'Writes the store failed.', 'operation', 'reason'),
  breaker: gauge(
    'cache_breaker_state',
    '',
    'The breaker around the store: 0 closed, 1 half-open, 2 open.',
    'operation',
  ),

  successes: counter('timeout_successes_total', '{execution}', 'Executions answered, late ones included.', 'operation'),
  failures: counter('timeout_failures_total', '{execution}', 'Executions that ran out of time.', 'operation'),
  outcomes: counter('timeout_outcomes_total', '{execution}', 'Executions by outcome.', 'operation', 'outcome'),
  timeoutSeconds: latency('timeout_execution_seconds', 's', 'Time to an answer or to the timeout.', 'operation'),
  abandoned: upDownCounter(
    'timeout_abandoned_in_flight',
    '{execution}',
    'Work that was given up and has not settled.',
    'operation',
  ),
  discarded: counter(
    'timeout_discarded_total',
    '{result}',
    'Results that came after the caller had been answered.',
    'operation',
    'late_result',
  ),

  cost: counter('llm_cost_usd_total', '{USD}', 'Cost of model calls, US dollars.', 'route', 'model'),
  inferenceSeconds: inference('gen_ai.client.inference.duration', 's', 'Time of model calls.', ...CALL, 'error.type'),
  inputTokens: counter(`${usage}.input_tokens`, '{token}', 'Input tokens, cached ones included.', ...TOKENS),
  outputTokens: counter(`${usage}.output_tokens`, '{token}', 'Output tokens, reasoning included.', ...TOKENS),
  cacheReadTokens: counter(`${usage}.cache_read.input_tokens`, '{token}', 'From the prompt cache.', ...TOKENS),
  cacheWriteTokens: counter(`${usage}.cache_write.input_tokens`, '{token}', 'Into the prompt cache.', ...TOKENS),
  reasoningTokens: counter(`${usage}.reasoning.output_tokens`, '{token}', 'Tokens of reasoning.', ...TOKENS),

  overflow: counter(
    'telemetry_overflow_total',
    '{value}',
    'Values counted as _other because their dimension was full.',
    'dimension',
  ),
  observerErrors: counter('telemetry_errors_total', '{error}', 'Facts that could not be recorded.'),
};

/** Every metric, rates excepted. */
export const METRICS: readonly Metric[] = [...Object.values(metrics), ...RECOVERY_METRICS];

/** Gauges that are computed from the counters above whenever somebody reads. */
export const RATES: readonly Rate[] = [
  {
    metric: gauge('cache_hit_rate', '', 'Hits as a share of hits and misses.', 'operation'),
    each: metrics.hits,
    of(sums, operation) {
      const hits = sums.valueOf(metrics.hits, [operation]);
      return ratio(hits, hits + sums.valueOf(metrics.misses, [operation]));
    },
  },
  {
    metric: gauge('timeout_rate', '', 'Timeouts as a share of all executions but cancelled ones.', 'operation'),
    each: metrics.failures,
    of(sums, operation) {
      const finished = OUTCOMES.filter((outcome) => outcome !== 'cancelled').map((outcome) =>
        sums.valueOf(metrics.outcomes, [operation, outcome]),
      );
      return ratio(
        sums.valueOf(metrics.failures, [operation]),
        finished.reduce((total, count) => total + count, 0),
      );
    },
  },
];

/** Counts what telemetry itself could not do. */
export const SELF: {
  readonly overflow: Metric<readonly ['dimension']>;
  readonly errors: Metric<readonly []>;
} = { overflow: metrics.overflow, errors: metrics.observerErrors };

const OUTCOMES: readonly TimeoutOutcome[] = ['success', 'late_success', 'error', 'timeout', 'cancelled'];
const LOOKUPS: readonly CacheOutcome[] = ['hit', 'miss', 'stale', 'bypass', 'coalesced'];
const BREAKER_STATES = { closed: 0, half_open: 1, open: 2 } as const;

/** How an execution ended, for what is measured over its whole length. */
export interface Measured {
  readonly seconds: number;
  /** The type of the error it failed with. */
  readonly errorType: string | undefined;
}

/** What becomes of one fact. */
export interface FactEntry<Name extends FactName> {
  /** The span attribute that holds the value, or how the value becomes attributes. */
  readonly attribute: string | ((value: Facts[Name]) => Attributes);
  /** The open dimension that the value is a value of; it is capped before anything is counted under it. */
  readonly dimension?: OpenDimension;
  /** Whether the value names the span: `cache {value}`. */
  readonly namesSpan?: boolean;
  /** What is counted as soon as the fact is stated, however often and however late. */
  readonly record?: (value: Facts[Name], recording: Recording) => void;
  /** What is measured when the execution has ended, with the newest value stated. */
  readonly onEnd?: (value: Facts[Name], measured: Measured, recording: Recording) => void;
}

/** Every fact that a primitive may state; a fact without an entry does not compile. */
export type Catalogue = { readonly [Name in FactName]: FactEntry<Name> };

const catalogue: Catalogue = {
  ...recoveryCatalogue,

  'conditional.branch': { attribute: 'tta.conditional.branch' },

  'timeout.operation': {
    attribute: 'tta.timeout.operation',
    dimension: 'operation',
    namesSpan: true,
    record: startTimeout,
  },
  'timeout.limitMs': { attribute: (ms) => ({ 'tta.timeout.limit_s': ms / 1_000 }) },
  'timeout.graceMs': { attribute: (ms) => ({ 'tta.timeout.grace_s': ms / 1_000 }) },
  'timeout.outcome': {
    attribute: 'tta.timeout.outcome',
    record(outcome, recording) {
      const operation = recording.label('timeout.operation');
      recording.add(metrics.outcomes, [operation, outcome]);
      if (outcome === 'success' || outcome === 'late_success') recording.add(metrics.successes, [operation]);
      if (outcome === 'timeout') recording.add(metrics.failures, [operation]);
    },
    onEnd: (_outcome, { seconds }, recording) =>
      recording.record(metrics.timeoutSeconds, [recording.label('timeout.operation')], seconds),
  },
  'timeout.phase': { attribute: 'tta.timeout.phase' },
  'timeout.lagMs': { attribute: (ms) => ({ 'tta.timeout.lag_s': ms / 1_000 }) },
  'timeout.abandoned': {
    attribute: (change) => ({ 'tta.timeout.abandoned': change === 1 }),
    record: (change, recording) => recording.add(metrics.abandoned, [recording.label('timeout.operation')], change),
  },
  'timeout.discarded': {
    attribute: 'tta.timeout.late_result',
    record: (result, recording) => recording.add(metrics.discarded, [recording.label('timeout.operation'), result]),
  },

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
    attribute: ({ usd, source }) => ({ 'tta.cache.saved_usd': usd, 'tta.cache.saving_source': source }),
    record: ({ usd }, recording) => recording.add(metrics.cacheSavings, [recording.label('cache.operation')], usd),
  },
  'cache.unpriced': {
    attribute: 'tta.cache.unpriced',
    record: (_true, recording) => recording.add(metrics.savingsUnpriced, [recording.label('cache.operation')]),
  },
  'cache.skipped': {
    attribute: 'tta.cache.skip_reason',
    record: (reason, recording) => recording.add(metrics.skipped, [recording.label('cache.operation'), reason]),
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
  'cache.writeFailed': {
    attribute: 'tta.cache.write_failure',
    record: (reason, recording) => recording.add(metrics.writeFailures, [recording.label('cache.operation'), reason]),
  },
  'cache.breakerState': {
    attribute: 'tta.cache.breaker_state',
    record: (state, recording) =>
      recording.set(metrics.breaker, [recording.label('cache.operation')], BREAKER_STATES[state]),
  },

  'router.route': {
    attribute: 'tta.router.route',
    dimension: 'route',
    record(route, recording) {
      if (!recording.isNew(metrics.routeSavings, [route])) return;
      recording.add(metrics.routeSavings, [route], 0);
      recording.add(metrics.routeUnpriced, [route], 0);
    },
    onEnd: (route, { seconds }, recording) => recording.record(metrics.routeSeconds, [route], seconds),
  },
  'router.reason': {
    attribute: 'tta.router.reason',
    dimension: 'reason',
    record: (reason, recording) => recording.add(metrics.decisions, [recording.label('router.route'), reason]),
  },
  'router.errorType': {
    attribute: 'tta.router.error_type',
    record: (type, recording) => recording.add(metrics.routeErrors, [recording.label('router.route'), type]),
  },
  'router.savedUsd': {
    attribute: 'tta.router.saved_usd',
    record: (usd, recording) => recording.add(metrics.routeSavings, [recording.label('router.route')], usd),
  },
  'router.unpriced': {
    attribute: 'tta.router.unpriced',
    record: (_true, recording) => recording.add(metrics.routeUnpriced, [recording.label('router.route')]),
  },

  'llm.provider': { attribute: 'gen_ai.provider.name', dimension: 'provider' },
  'llm.model': {
    attribute: 'gen_ai.request.model',
    dimension: 'model',
    onEnd: (_model, { seconds, errorType }, recording) =>
      recording.record(metrics.inferenceSeconds, [...callOf(recording), errorType], seconds),
  },
  'llm.usage': {
    attribute: ({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens }) =>
      withoutUndefined({
        'gen_ai.usage.input_tokens': inputTokens,
        'gen_ai.usage.output_tokens': outputTokens,
        'gen_ai.usage.cache_read.input_tokens': cacheReadTokens,
        'gen_ai.usage.cache_write.input_tokens': cacheWriteTokens,
        'gen_ai.usage.reasoning.output_tokens': reasoningTokens,
      }),
    record({ inputTokens, outputTokens, cacheReadTokens = 0, cacheWriteTokens = 0, reasoningTokens = 0 }, recording) {
      const labels = [...callOf(recording), 'unknown'] as const; // providers' totals do not tell text from images
      recording.add(metrics.inputTokens, labels, inputTokens);
      recording.add(metrics.outputTokens, labels, outputTokens);
      recording.add(metrics.cacheReadTokens, labels, cacheReadTokens);
      recording.add(metrics.cacheWriteTokens, labels, cacheWriteTokens);
      recording.add(metrics.reasoningTokens, labels, reasoningTokens);
    },
  },
  'llm.costUsd': {
    // Still proposed: https://github.com/open-telemetry/semantic-conventions-genai/pull/443
    attribute: (usd) => ({
      'gen_ai.usage.cost.amount': usd,
      'gen_ai.usage.cost.currency': 'USD',
      'gen_ai.usage.cost.source': 'local',
    }),
    record: (usd, recording) =>
      recording.add(metrics.cost, [recording.label('router.route'), recording.label('llm.model')], usd),
  },
};

/** The entry of a fact; none for a fact of a user's own primitive, which no catalogue can know. */
export function entryOf<Name extends FactName>(name: Name): FactEntry<Name> | undefined {
  return catalogue[name];
}

function isHit(outcome: CacheOutcome): boolean {
  return outcome === 'hit' || outcome === 'stale' || outcome === 'coalesced';
}

/** Lets every counter of an operation print 0 from its first execution, so that the first event is an increase too. */
function startTimeout(operation: string, recording: Recording): void {
  if (!recording.isNew(metrics.successes, [operation])) return;
  for (const metric of [metrics.successes, metrics.failures, metrics.abandoned]) recording.add(metric, [operation], 0);
  for (const outcome of OUTCOMES) recording.add(metrics.outcomes, [operation, outcome], 0);
  for (const result of ['resolved', 'rejected']) recording.add(metrics.discarded, [operation, result], 0);
}

function startCache(operation: string, recording: Recording): void {
  if (!recording.isNew(metrics.hits, [operation])) return;
  const { hits, misses, cacheSavings, savingsUnpriced, corrupt } = metrics;
  for (const metric of [hits, misses, cacheSavings, savingsUnpriced, corrupt]) recording.add(metric, [operation], 0);
  for (const outcome of LOOKUPS) recording.add(metrics.lookups, [operation, outcome], 0);
}

function callOf(recording: Recording): readonly ['chat', string, string] {
  return ['chat', recording.label('llm.provider'), recording.label('llm.model')];
}

function withoutUndefined(attributes: Record<string, number | undefined>): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as Attributes;
}
