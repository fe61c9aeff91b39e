import { capped, closed, counter, gauge } from '../metric.ts';
import { namedBy } from '../spans/span-definition.ts';
import { type FactsUnder, type Topic, topic } from '../topic.ts';

const OPERATION = capped('operation');
/** In the order of their numbers in `circuit_state`. */
const STATES = ['closed', 'half_open', 'open', 'isolated'] as const;
const OUTCOMES = ['success', 'failure', 'ignored', 'cancelled', 'stale', 'rejected'] as const;

const metrics = {
  outcomes: counter(
    'circuit_outcomes_total',
    '{execution}',
    'Executions behind a circuit by outcome.',
    OPERATION,
    closed('outcome', OUTCOMES),
  ),
  state: gauge('circuit_state', '', 'The state of a circuit: 0 closed, 1 half-open, 2 open, 3 isolated.', OPERATION),
  transitions: counter(
    'circuit_transitions_total',
    '{change}',
    'Changes of state of circuits.',
    OPERATION,
    closed('from', STATES),
    closed('to', STATES),
  ),
  stateSeconds: counter(
    'circuit_state_seconds_total',
    '{second}',
    'Time that circuits have spent in the states they have left.',
    OPERATION,
    closed('state', STATES),
  ),
};

/** What becomes of the facts of circuit breakers. */
export const circuitBreakerTopic: Topic<FactsUnder<'circuit'>> = topic({
  facts: {
    'circuit.operation': { attribute: 'tta.circuit.operation', dimension: 'operation' },
    'circuit.state': {
      attribute: 'tta.circuit.state',
      record: (state, recorder) =>
        recorder.set(metrics.state, [recorder.label('circuit.operation')], STATES.indexOf(state)),
    },
    'circuit.outcome': {
      attribute: 'tta.circuit.outcome',
      record: (outcome, recorder) => recorder.add(metrics.outcomes, [recorder.label('circuit.operation'), outcome]),
    },
    'circuit.transition': {
      attribute: ({ from, to }) => ({ 'tta.circuit.transition': `${from} to ${to}` }),
      record({ from, to, lastedMs }, recorder) {
        const operation = recorder.label('circuit.operation');
        recorder.add(metrics.transitions, [operation, from, to]);
        recorder.add(metrics.stateSeconds, [operation, from], lastedMs / 1_000);
      },
    },
  },
  metrics,
  spans: { circuit_breaker: namedBy('circuit.operation') },
});
