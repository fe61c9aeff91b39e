import { errorTypeOf } from '../error-type.ts';
import { capped, closed, counter } from '../metric.ts';
import { namedBy } from '../spans/span-definition.ts';
import { type FactsUnder, type Topic, topic } from '../topic.ts';

const OPERATION = capped('operation');
const OUTCOMES = [
  ...['success', 'recovered', 'exhausted', 'not_retryable', 'out_of_time', 'out_of_budget', 'cancelled', 'error'],
] as const;

const metrics = {
  outcomes: counter(
    'retry_outcomes_total',
    '{execution}',
    'Executions with retries by outcome.',
    OPERATION,
    closed('outcome', OUTCOMES),
  ),
  attempts: counter('retry_attempts_total', '{attempt}', 'Attempts, the first of each execution included.', OPERATION),
};

/** What becomes of the facts of retries. */
export const retryTopic: Topic<FactsUnder<'retry'>> = topic({
  facts: {
    'retry.operation': { attribute: 'tta.retry.operation', dimension: 'operation' },
    'retry.attempts': {
      attribute: 'tta.retry.attempts',
      record: (attempts, recorder) => recorder.add(metrics.attempts, [recorder.label('retry.operation')], attempts),
    },
    'retry.outcome': {
      attribute: 'tta.retry.outcome',
      record: (outcome, recorder) => recorder.add(metrics.outcomes, [recorder.label('retry.operation'), outcome]),
    },
    'retry.error': { attribute: ({ error }) => ({ 'tta.retry.error_type': errorTypeOf(error) }) },
    'retry.delayMs': { attribute: (ms) => ({ 'tta.retry.delay_s': ms / 1_000 }) },
  },
  metrics,
  spans: { retry: namedBy('retry.operation') },
});
