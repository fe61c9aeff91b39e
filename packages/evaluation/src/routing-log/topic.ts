import {
  capped,
  closed,
  counter,
  type FactsUnder,
  namedBy,
  type Topic,
  topic,
} from 'tta-observability-integration/telemetry';
// For their facts: every name that a routing log may state must have its entry below.
import type {} from './facts.ts';

const metrics = {
  rows: counter(
    'routing_log_rows_total',
    '{row}',
    'Rows of routing logs, one per execution, by what became of them.',
    capped('operation'),
    closed('outcome', ['written', 'refused', 'dropped', 'unknown', 'unanswered']),
  ),
};

/** What becomes of the facts of routing logs. */
export const routingLogTopic: Topic<FactsUnder<'routingLog'>> = topic({
  facts: {
    'routingLog.operation': { attribute: 'tta.routing_log.operation', dimension: 'operation' },
    'routingLog.outcome': {
      attribute: 'tta.routing_log.outcome',
      record: (outcome, recorder) => recorder.add(metrics.rows, [recorder.label('routingLog.operation'), outcome]),
    },
  },
  metrics,
  spans: { routing_log: namedBy('routingLog.operation') },
});
