import { errorTypeOf } from '../error-type.ts';
import { capped, closed, counter } from '../metric.ts';
import { namedBy } from '../spans/span-definition.ts';
import { type FactsUnder, type Topic, topic } from '../topic.ts';

const OUTCOMES = ['primary', 'alternative', 'exhausted', 'not_applicable', 'cancelled', 'error'] as const;

const metrics = {
  outcomes: counter(
    'fallback_outcomes_total',
    '{execution}',
    'Executions with a fallback by outcome.',
    capped('operation'),
    closed('outcome', OUTCOMES),
  ),
};

/** What becomes of the facts of fallbacks. */
export const fallbackTopic: Topic<FactsUnder<'fallback'>> = topic({
  facts: {
    'fallback.operation': { attribute: 'tta.fallback.operation', dimension: 'operation' },
    'fallback.outcome': {
      attribute: 'tta.fallback.outcome',
      record: (outcome, recorder) => recorder.add(metrics.outcomes, [recorder.label('fallback.operation'), outcome]),
    },
    'fallback.alternative': { attribute: 'tta.fallback.alternative' },
    'fallback.error': {
      attribute: ({ step, error }) => ({
        'tta.fallback.failed_step': step,
        'tta.fallback.error_type': errorTypeOf(error),
      }),
    },
  },
  metrics,
  spans: { fallback: namedBy('fallback.operation') },
});
