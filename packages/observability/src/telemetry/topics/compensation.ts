import { errorTypeOf } from '../error-type.ts';
import { capped, closed, counter } from '../metric.ts';
import { namedBy } from '../spans/span-definition.ts';
import { type FactsUnder, type Topic, topic } from '../topic.ts';

const OUTCOMES = ['success', 'compensated', 'compensation_failed', 'cancelled'] as const;

const metrics = {
  outcomes: counter(
    'compensation_outcomes_total',
    '{execution}',
    'Sagas by outcome.',
    capped('operation'),
    closed('outcome', OUTCOMES),
  ),
};

/** What becomes of the facts of sagas. */
export const compensationTopic: Topic<FactsUnder<'compensation'>> = topic({
  facts: {
    'compensation.operation': { attribute: 'tta.compensation.operation', dimension: 'operation' },
    'compensation.outcome': {
      attribute: 'tta.compensation.outcome',
      record: (outcome, recorder) =>
        recorder.add(metrics.outcomes, [recorder.label('compensation.operation'), outcome]),
    },
    'compensation.undone': { attribute: 'tta.compensation.undone' },
    'compensation.error': {
      attribute: ({ step, error }) => ({
        'tta.compensation.failed_step': step,
        'tta.compensation.error_type': errorTypeOf(error),
      }),
    },
  },
  metrics,
  spans: { compensation: namedBy('compensation.operation') },
});
