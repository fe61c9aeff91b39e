import type { FactName } from 'tta-dev-primitives/internal';
import type { Catalogue } from './catalogue.ts';
import { errorTypeOf } from './error-type.ts';
import { counter, gauge, latency, type Metric } from './metric.ts';

const metrics = {
  retries: counter(
    'retry_outcomes_total',
    '{execution}',
    'Executions with retries by outcome.',
    'operation',
    'outcome',
  ),
  attempts: counter(
    'retry_attempts_total',
    '{attempt}',
    'Attempts, the first of each execution included.',
    'operation',
  ),
  fallbacks: counter(
    'fallback_outcomes_total',
    '{execution}',
    'Executions with a fallback by outcome.',
    'operation',
    'outcome',
  ),
  circuits: counter(
    'circuit_outcomes_total',
    '{execution}',
    'Executions behind a circuit by outcome.',
    'operation',
    'outcome',
  ),
  circuitState: gauge(
    'circuit_state',
    '',
    'The state of a circuit: 0 closed, 1 half-open, 2 open, 3 isolated.',
    'operation',
  ),
  transitions: counter(
    'circuit_transitions_total',
    '{change}',
    'Changes of state of circuits.',
    'operation',
    'from',
    'to',
  ),
  stateSeconds: counter(
    'circuit_state_seconds_total',
    '{second}',
    'Time that circuits have spent in the states they have left.',
    'operation',
    'state',
  ),
  compensations: counter('compensation_outcomes_total', '{execution}', 'Sagas by outcome.', 'operation', 'outcome'),
  bulkheads: counter(
    'bulkhead_outcomes_total',
    '{execution}',
    'Executions by how a bulkhead received them.',
    'operation',
    'outcome',
  ),
  queued: latency('bulkhead_queue_seconds', 's', 'Time that executions waited for a place.', 'operation'),
};

/** The metrics of retry, fallback, circuit breaker, compensation and bulkhead. */
export const RECOVERY_METRICS: readonly Metric[] = Object.values(metrics);

const CIRCUIT_STATES = { closed: 0, half_open: 1, open: 2, isolated: 3 } as const;

type RecoveryFact = Extract<FactName, `${'retry' | 'fallback' | 'circuit' | 'compensation' | 'bulkhead'}.${string}`>;

/** What becomes of the facts of retry, fallback, circuit breaker, compensation and bulkhead. */
export const recoveryCatalogue: Pick<Catalogue, RecoveryFact> = {
  'retry.operation': { attribute: 'tta.retry.operation', dimension: 'operation', namesSpan: true },
  'retry.attempts': {
    attribute: 'tta.retry.attempts',
    record: (attempts, recording) => recording.add(metrics.attempts, [recording.label('retry.operation')], attempts),
  },
  'retry.outcome': {
    attribute: 'tta.retry.outcome',
    record: (outcome, recording) => recording.add(metrics.retries, [recording.label('retry.operation'), outcome]),
  },
  'retry.error': { attribute: ({ error }) => ({ 'tta.retry.error_type': errorTypeOf(error) }) },
  'retry.delayMs': { attribute: (ms) => ({ 'tta.retry.delay_s': ms / 1_000 }) },

  'fallback.operation': { attribute: 'tta.fallback.operation', dimension: 'operation', namesSpan: true },
  'fallback.outcome': {
    attribute: 'tta.fallback.outcome',
    record: (outcome, recording) => recording.add(metrics.fallbacks, [recording.label('fallback.operation'), outcome]),
  },
  'fallback.alternative': { attribute: 'tta.fallback.alternative' },
  'fallback.error': {
    attribute: ({ step, error }) => ({
      'tta.fallback.failed_step': step,
      'tta.fallback.error_type': errorTypeOf(error),
    }),
  },

  'circuit.operation': { attribute: 'tta.circuit.operation', dimension: 'operation', namesSpan: true },
  'circuit.state': {
    attribute: 'tta.circuit.state',
    record: (state, recording) =>
      recording.set(metrics.circuitState, [recording.label('circuit.operation')], CIRCUIT_STATES[state]),
  },
  'circuit.outcome': {
    attribute: 'tta.circuit.outcome',
    record: (outcome, recording) => recording.add(metrics.circuits, [recording.label('circuit.operation'), outcome]),
  },
  'circuit.transition': {
    attribute: ({ from, to }) => ({ 'tta.circuit.transition': `${from} to ${to}` }),
    record({ from, to, lastedMs }, recording) {
      const operation = recording.label('circuit.operation');
      recording.add(metrics.transitions, [operation, from, to]);
      recording.add(metrics.stateSeconds, [operation, from], lastedMs / 1_000);
    },
  },

  'compensation.operation': { attribute: 'tta.compensation.operation', dimension: 'operation', namesSpan: true },
  'compensation.outcome': {
    attribute: 'tta.compensation.outcome',
    record: (outcome, recording) =>
      recording.add(metrics.compensations, [recording.label('compensation.operation'), outcome]),
  },
  'compensation.undone': { attribute: 'tta.compensation.undone' },
  'compensation.error': {
    attribute: ({ step, error }) => ({
      'tta.compensation.failed_step': step,
      'tta.compensation.error_type': errorTypeOf(error),
    }),
  },

  'bulkhead.operation': { attribute: 'tta.bulkhead.operation', dimension: 'operation', namesSpan: true },
  'bulkhead.outcome': {
    attribute: 'tta.bulkhead.outcome',
    record: (outcome, recording) => recording.add(metrics.bulkheads, [recording.label('bulkhead.operation'), outcome]),
  },
  'bulkhead.queuedMs': {
    attribute: (ms) => ({ 'tta.bulkhead.queued_s': ms / 1_000 }),
    record: (ms, recording) => recording.record(metrics.queued, [recording.label('bulkhead.operation')], ms / 1_000),
  },
};
