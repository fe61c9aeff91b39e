// For their facts: every name that a shadow may state must have its entry below.
import type {} from '../primitives/shadow/facts.ts';
import type { CatalogueOf } from './catalogue.ts';
import { counter, type Metric, upDownCounter } from './metric.ts';

const metrics = {
  requests: counter(
    'shadow_requests_total',
    '{request}',
    'Requests of shadowed steps, by what became of their comparison.',
    'operation',
    'outcome',
  ),
  answerQuality: counter(
    'shadow_answer_quality_total',
    '{answer}',
    'Sum of the qualities, from 0 to 1, of compared answers; over that of the baseline it is the quality retained.',
    'operation',
  ),
  baselineQuality: counter(
    'shadow_baseline_quality_total',
    '{answer}',
    'Sum of the qualities, from 0 to 1, of the answers of the baseline to the same requests.',
    'operation',
  ),
  cost: counter('shadow_cost_usd_total', '{USD}', 'What shadowing itself has cost, US dollars.', 'operation'),
  savings: upDownCounter(
    'shadow_realised_savings_usd',
    '{USD}',
    'What the answers of the baseline cost less what the compared ones cost, both really called, US dollars.',
    'operation',
  ),
  unpriced: counter(
    'shadow_unpriced_total',
    '{request}',
    'Comparisons in which the cost of one of the answers is not known.',
    'operation',
  ),
  dominated: counter(
    'shadow_dominated_total',
    '{warning}',
    'How often one way to answer was found to be no better and no cheaper than the other.',
    'operation',
    'side',
  ),
};

export const SHADOW_METRICS: readonly Metric[] = Object.values(metrics);

/** What becomes of the facts of shadows. Most are stated after the span has ended. */
export const shadowCatalogue: CatalogueOf<'shadow'> = {
  'shadow.operation': {
    attribute: 'tta.shadow.operation',
    dimension: 'operation',
    namesSpan: true,
    record(operation, recording) {
      if (!recording.isNew(metrics.savings, [operation])) return;
      for (const metric of [metrics.savings, metrics.answerQuality, metrics.baselineQuality, metrics.cost]) {
        recording.add(metric, [operation], 0);
      }
      recording.add(metrics.unpriced, [operation], 0);
    },
  },
  'shadow.outcome': {
    attribute: 'tta.shadow.outcome',
    record: (outcome, recording) => recording.add(metrics.requests, [recording.label('shadow.operation'), outcome]),
  },
  'shadow.qualities': {
    attribute: ({ answer, baseline }) => ({
      'tta.shadow.answer_quality': answer,
      'tta.shadow.baseline_quality': baseline,
    }),
    record({ answer, baseline }, recording) {
      const operation = recording.label('shadow.operation');
      recording.add(metrics.answerQuality, [operation], answer);
      recording.add(metrics.baselineQuality, [operation], baseline);
    },
  },
  'shadow.costUsd': {
    attribute: 'tta.shadow.cost_usd',
    record: (usd, recording) => recording.add(metrics.cost, [recording.label('shadow.operation')], usd),
  },
  'shadow.realisedSavedUsd': {
    attribute: 'tta.shadow.realised_saved_usd',
    record: (usd, recording) => recording.add(metrics.savings, [recording.label('shadow.operation')], usd),
  },
  'shadow.unpriced': {
    attribute: 'tta.shadow.unpriced',
    record: (_true, recording) => recording.add(metrics.unpriced, [recording.label('shadow.operation')]),
  },
  'shadow.dominated': {
    attribute: 'tta.shadow.dominated',
    record: (side, recording) => recording.add(metrics.dominated, [recording.label('shadow.operation'), side]),
  },
};
