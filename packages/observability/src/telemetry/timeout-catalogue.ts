import type { TimeoutOutcome } from '../primitives/timeout/facts.ts';
import type { CatalogueOf } from './catalogue.ts';
import { counter, gauge, latency, type Metric, type Rate, ratio, upDownCounter } from './metric.ts';
import type { Recording } from './recording.ts';

const metrics = {
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
};

export const TIMEOUT_METRICS: readonly Metric[] = Object.values(metrics);

const OUTCOMES: readonly TimeoutOutcome[] = ['success', 'late_success', 'error', 'timeout', 'cancelled'];

export const TIMEOUT_RATES: readonly Rate[] = [
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

/** What becomes of the facts of timeouts. */
export const timeoutCatalogue: CatalogueOf<'timeout'> = {
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
  'timeout.streamLimits': { attribute: 'tta.timeout.stream_limits' },
  'timeout.lagMs': { attribute: (ms) => ({ 'tta.timeout.lag_s': ms / 1_000 }) },
  'timeout.abandoned': {
    attribute: (change) => ({ 'tta.timeout.abandoned': change === 1 }),
    record: (change, recording) => recording.add(metrics.abandoned, [recording.label('timeout.operation')], change),
  },
  'timeout.discarded': {
    attribute: 'tta.timeout.late_result',
    record: (result, recording) => recording.add(metrics.discarded, [recording.label('timeout.operation'), result]),
  },
};

/** Makes every counter of an operation print 0 from its first execution, because then the first event is an increase too. */
function startTimeout(operation: string, recording: Recording): void {
  if (!recording.isNew(metrics.successes, [operation])) return;
  for (const metric of [metrics.successes, metrics.failures, metrics.abandoned]) recording.add(metric, [operation], 0);
  for (const outcome of OUTCOMES) recording.add(metrics.outcomes, [operation, outcome], 0);
  for (const result of ['resolved', 'rejected']) recording.add(metrics.discarded, [operation, result], 0);
}
