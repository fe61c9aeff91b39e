import {
  capped,
  closed,
  counter,
  type FactsUnder,
  namedBy,
  type Topic,
  topic,
  upDownCounter,
} from 'tta-observability-integration/telemetry';
// For their facts: every name that a shadow may state must have its entry below.
import type {} from './facts.ts';

const OPERATION = capped('operation');

const OUTCOMES = [
  ...['compared', 'not_chosen', 'rate_limited', 'over_budget', 'busy', 'unanswered', 'failed', 'ungraded'],
] as const;

const metrics = {
  requests: counter(
    'shadow_requests_total',
    '{request}',
    'Requests of shadowed steps, by what became of their comparison.',
    OPERATION,
    closed('outcome', OUTCOMES),
  ),
  answerQuality: counter(
    'shadow_answer_quality_total',
    '{answer}',
    'Sum of the qualities, from 0 to 1, of compared answers; over that of the baseline it is the quality retained.',
    OPERATION,
  ),
  baselineQuality: counter(
    'shadow_baseline_quality_total',
    '{answer}',
    'Sum of the qualities, from 0 to 1, of the answers of the baseline to the same requests.',
    OPERATION,
  ),
  cost: counter('shadow_cost_usd_total', '{USD}', 'What shadowing itself has cost, US dollars.', OPERATION),
  savings: upDownCounter(
    'shadow_realised_savings_usd',
    '{USD}',
    'What the answers of the baseline cost less what the compared ones cost, both really called, US dollars.',
    OPERATION,
  ),
  unpriced: counter(
    'shadow_unpriced_total',
    '{request}',
    'Comparisons in which the cost of one of the answers is not known.',
    OPERATION,
  ),
  dominated: counter(
    'shadow_dominated_total',
    '{warning}',
    'How often one way to answer was found to be no better and no cheaper than the other.',
    OPERATION,
    closed('side', ['routed', 'baseline']),
  ),
};

/** What becomes of the facts of shadows. Most are stated after the span has ended. */
export const shadowTopic: Topic<FactsUnder<'shadow'>> = topic({
  facts: {
    'shadow.operation': {
      attribute: 'tta.shadow.operation',
      dimension: 'operation',
      record(operation, recorder) {
        if (!recorder.isNew(metrics.savings, [operation])) return;
        for (const metric of [metrics.savings, metrics.answerQuality, metrics.baselineQuality, metrics.cost]) {
          recorder.add(metric, [operation], 0);
        }
        recorder.add(metrics.unpriced, [operation], 0);
      },
    },
    'shadow.outcome': {
      attribute: 'tta.shadow.outcome',
      record: (outcome, recorder) => recorder.add(metrics.requests, [recorder.label('shadow.operation'), outcome]),
    },
    'shadow.qualities': {
      attribute: ({ answer, baseline }) => ({
        'tta.shadow.answer_quality': answer,
        'tta.shadow.baseline_quality': baseline,
      }),
      record({ answer, baseline }, recorder) {
        const operation = recorder.label('shadow.operation');
        recorder.add(metrics.answerQuality, [operation], answer);
        recorder.add(metrics.baselineQuality, [operation], baseline);
      },
    },
    'shadow.costUsd': {
      attribute: 'tta.shadow.cost_usd',
      record: (usd, recorder) => recorder.add(metrics.cost, [recorder.label('shadow.operation')], usd),
    },
    'shadow.realisedSavedUsd': {
      attribute: 'tta.shadow.realised_saved_usd',
      record: (usd, recorder) => recorder.add(metrics.savings, [recorder.label('shadow.operation')], usd),
    },
    'shadow.unpriced': {
      attribute: 'tta.shadow.unpriced',
      record: (_true, recorder) => recorder.add(metrics.unpriced, [recorder.label('shadow.operation')]),
    },
    'shadow.dominated': {
      attribute: 'tta.shadow.dominated',
      record: (side, recorder) => recorder.add(metrics.dominated, [recorder.label('shadow.operation'), side]),
    },
  },
  metrics,
  spans: { shadow: namedBy('shadow.operation') },
});
