// For their facts: every name that a cascade may state must have its entry below.
import type {} from '../../primitives/cascade/facts.ts';
import { capped, closed, counter, gauge, upDownCounter } from '../metric.ts';
import { namedBy } from '../spans/span-definition.ts';
import { type FactsUnder, type Topic, topic } from '../topic.ts';

const OPERATION = capped('operation');
const STAGE = capped('stage');

const REJECTIONS = [
  ...['incomplete', 'empty', 'refusal', 'not_json', 'schema', 'pattern', 'number', 'arithmetic', 'disagreement'],
  ...['no_majority', 'unsure', 'custom', 'error', 'judge_error'],
] as const;

const metrics = {
  answers: counter(
    'cascade_answers_total',
    '{answer}',
    'Answers of cascades, by the stage that gave them and how it came to that.',
    OPERATION,
    STAGE,
    closed('outcome', ['accepted', 'escalated', 'switched_off']),
  ),
  rejections: counter(
    'cascade_rejections_total',
    '{answer}',
    'Answers of stages that were not accepted, and stages that failed.',
    OPERATION,
    STAGE,
    closed('reason', REJECTIONS),
  ),
  savings: upDownCounter(
    'cascade_cost_savings_usd',
    '{USD}',
    'What the last stage alone would have cost less what all calls cost, US dollars.',
    OPERATION,
  ),
  unpriced: counter(
    'cascade_unpriced_total',
    '{answer}',
    'Answers whose cost, or whose cost at the last stage, is not known.',
    OPERATION,
  ),
  checks: counter(
    'cascade_checks_total',
    '{answer}',
    'Accepted answers that the last stage was asked about too, by whether both say the same.',
    OPERATION,
    closed('outcome', ['same', 'differs', 'not_graded']),
  ),
  enabled: gauge(
    'cascade_enabled',
    '',
    'Whether the cheap stages are asked: 1, or 0 while they do not pay or have lost quality.',
    OPERATION,
  ),
};

/** What becomes of the facts of cascades. */
export const cascadeTopic: Topic<FactsUnder<'cascade'>> = topic({
  facts: {
    'cascade.operation': {
      attribute: 'tta.cascade.operation',
      dimension: 'operation',
      record(operation, recorder) {
        if (!recorder.isNew(metrics.savings, [operation])) return;
        recorder.add(metrics.savings, [operation], 0);
        recorder.add(metrics.unpriced, [operation], 0);
      },
    },
    'cascade.stage': { attribute: 'tta.cascade.stage', dimension: 'route' },
    'cascade.rejection': {
      attribute: 'tta.cascade.rejection',
      record: (reason, recorder) =>
        recorder.add(metrics.rejections, [
          recorder.label('cascade.operation'),
          recorder.label('cascade.stage'),
          reason,
        ]),
    },
    'cascade.outcome': {
      attribute: 'tta.cascade.outcome',
      record: (outcome, recorder) =>
        recorder.add(metrics.answers, [recorder.label('cascade.operation'), recorder.label('cascade.stage'), outcome]),
    },
    'cascade.savedUsd': {
      attribute: 'tta.cascade.saved_usd',
      record: (usd, recorder) => recorder.add(metrics.savings, [recorder.label('cascade.operation')], usd),
    },
    'cascade.unpriced': {
      attribute: 'tta.cascade.unpriced',
      record: (_true, recorder) => recorder.add(metrics.unpriced, [recorder.label('cascade.operation')]),
    },
    'cascade.check': {
      attribute: 'tta.cascade.check',
      record: (outcome, recorder) => recorder.add(metrics.checks, [recorder.label('cascade.operation'), outcome]),
    },
    'cascade.quality': { attribute: 'tta.cascade.quality' },
    'cascade.promisedShare': { attribute: 'tta.cascade.promised_share' },
    'cascade.enabled': {
      attribute: 'tta.cascade.enabled',
      record: (isEnabled, recorder) =>
        recorder.set(metrics.enabled, [recorder.label('cascade.operation')], isEnabled ? 1 : 0),
    },
  },
  metrics,
  spans: { cascade: namedBy('cascade.operation') },
});
