// For their facts: every name that a timeout may state must have its entry below.
import type {} from '../../primitives/timeout/facts.ts';
import type { Recorder } from '../fact-entry.ts';
import { capped, closed, counter, latency, upDownCounter } from '../metric.ts';
import { rate, ratio } from '../rate.ts';
import { namedBy } from '../spans/span-definition.ts';
import { type FactsUnder, type Topic, topic } from '../topic.ts';

const OPERATION = capped('operation');

const OUTCOMES = ['success', 'late_success', 'error', 'timeout', 'cancelled'] as const;
const LATE_RESULTS = ['resolved', 'rejected'] as const;

const metrics = {
  successes: counter('timeout_successes_total', '{execution}', 'Executions answered, late ones included.', OPERATION),
  failures: counter('timeout_failures_total', '{execution}', 'Executions that ran out of time.', OPERATION),
  outcomes: counter(
    'timeout_outcomes_total',
    '{execution}',
    'Executions by outcome.',
    OPERATION,
    closed('outcome', OUTCOMES),
  ),
  timeoutSeconds: latency('timeout_execution_seconds', 's', 'Time to an answer or to the timeout.', OPERATION),
  abandoned: upDownCounter(
    'timeout_abandoned_in_flight',
    '{execution}',
    'Work that was given up and has not settled.',
    OPERATION,
  ),
  discarded: counter(
    'timeout_discarded_total',
    '{result}',
    'Results that came after the caller had been answered.',
    OPERATION,
    closed('late_result', LATE_RESULTS),
  ),
};

const timeoutRate = rate(
  'timeout_rate',
  'Timeouts as a share of all executions but cancelled ones.',
  metrics.failures,
  (sumOf, [operation]) => {
    const finished = OUTCOMES.filter((outcome) => outcome !== 'cancelled')
      .map((outcome) => sumOf(metrics.outcomes, [operation, outcome]))
      .reduce((total, count) => total + count, 0);
    return ratio(sumOf(metrics.failures, [operation]), finished);
  },
);

/** What becomes of the facts of timeouts. */
export const timeoutTopic: Topic<FactsUnder<'timeout'>> = topic({
  facts: {
    'timeout.operation': {
      attribute: 'tta.timeout.operation',
      dimension: 'operation',
      record: startTimeout,
    },
    'timeout.limitMs': { attribute: (ms) => ({ 'tta.timeout.limit_s': ms / 1_000 }) },
    'timeout.graceMs': { attribute: (ms) => ({ 'tta.timeout.grace_s': ms / 1_000 }) },
    'timeout.idleMs': {},
    'timeout.outcome': {
      attribute: 'tta.timeout.outcome',
      record(outcome, recorder) {
        const operation = recorder.label('timeout.operation');
        recorder.add(metrics.outcomes, [operation, outcome]);
        if (outcome === 'success' || outcome === 'late_success') recorder.add(metrics.successes, [operation]);
        if (outcome === 'timeout') recorder.add(metrics.failures, [operation]);
      },
      onEnd: (_outcome, { seconds }, recorder) =>
        recorder.measure(metrics.timeoutSeconds, [recorder.label('timeout.operation')], seconds),
    },
    'timeout.phase': { attribute: 'tta.timeout.phase' },
    'timeout.streamLimits': { attribute: 'tta.timeout.stream_limits' },
    'timeout.lagMs': { attribute: (ms) => ({ 'tta.timeout.lag_s': ms / 1_000 }) },
    'timeout.abandoned': {
      attribute: (change) => ({ 'tta.timeout.abandoned': change === 1 }),
      record: (change, recorder) => recorder.add(metrics.abandoned, [recorder.label('timeout.operation')], change),
    },
    'timeout.discarded': {
      attribute: 'tta.timeout.late_result',
      record: (result, recorder) => recorder.add(metrics.discarded, [recorder.label('timeout.operation'), result]),
    },
  },
  metrics,
  rates: [timeoutRate],
  spans: { timeout: namedBy('timeout.operation') },
});

/** Makes every counter of an operation print 0 from its first execution, because then the first event is an increase too. */
function startTimeout(operation: string, recorder: Recorder): void {
  if (!recorder.isNew(metrics.successes, [operation])) return;
  for (const metric of [metrics.successes, metrics.failures, metrics.abandoned]) recorder.add(metric, [operation], 0);
  for (const outcome of OUTCOMES) recorder.add(metrics.outcomes, [operation, outcome], 0);
  for (const result of LATE_RESULTS) recorder.add(metrics.discarded, [operation, result], 0);
}
