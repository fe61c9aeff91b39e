import { capped, closed, counter, latency } from '../metric.ts';
import { namedBy } from '../spans/span-definition.ts';
import { type FactsUnder, type Topic, topic } from '../topic.ts';

const OPERATION = capped('operation');
const OUTCOMES = ['admitted', 'queued', 'rejected', 'cancelled', 'out_of_time'] as const;

const metrics = {
  outcomes: counter(
    'bulkhead_outcomes_total',
    '{execution}',
    'Executions by how a bulkhead received them.',
    OPERATION,
    closed('outcome', OUTCOMES),
  ),
  queued: latency('bulkhead_queue_seconds', 's', 'Time that executions waited for a place.', OPERATION),
};

/** What becomes of the facts of bulkheads. */
export const bulkheadTopic: Topic<FactsUnder<'bulkhead'>> = topic({
  facts: {
    'bulkhead.operation': { attribute: 'tta.bulkhead.operation', dimension: 'operation' },
    'bulkhead.outcome': {
      attribute: 'tta.bulkhead.outcome',
      record: (outcome, recorder) => recorder.add(metrics.outcomes, [recorder.label('bulkhead.operation'), outcome]),
    },
    'bulkhead.places': {},
    'bulkhead.queuedMs': {
      attribute: (ms) => ({ 'tta.bulkhead.queued_s': ms / 1_000 }),
      record: (ms, recorder) => recorder.measure(metrics.queued, [recorder.label('bulkhead.operation')], ms / 1_000),
    },
  },
  metrics,
  spans: { bulkhead: namedBy('bulkhead.operation') },
});
