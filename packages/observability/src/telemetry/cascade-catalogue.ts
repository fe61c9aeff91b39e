// For their facts: every name that a cascade may state must have its entry below.
import type {} from '../primitives/cascade/facts.ts';
import type { CatalogueOf } from './catalogue.ts';
import { counter, gauge, type Metric, upDownCounter } from './metric.ts';

const metrics = {
  answers: counter(
    'cascade_answers_total',
    '{answer}',
    'Answers of cascades, by the stage that gave them and how it came to that.',
    'operation',
    'stage',
    'outcome',
  ),
  rejections: counter(
    'cascade_rejections_total',
    '{answer}',
    'Answers of stages that were not accepted, and stages that failed.',
    'operation',
    'stage',
    'reason',
  ),
  savings: upDownCounter(
    'cascade_cost_savings_usd',
    '{USD}',
    'What the last stage alone would have cost less what all calls cost, US dollars.',
    'operation',
  ),
  unpriced: counter(
    'cascade_unpriced_total',
    '{answer}',
    'Answers whose cost, or whose cost at the last stage, is not known.',
    'operation',
  ),
  enabled: gauge(
    'cascade_enabled',
    '',
    'Whether the cheap stages are asked: 1, or 0 while they do not pay.',
    'operation',
  ),
};

export const CASCADE_METRICS: readonly Metric[] = Object.values(metrics);

/** What becomes of the facts of cascades. */
export const cascadeCatalogue: CatalogueOf<'cascade'> = {
  'cascade.operation': {
    attribute: 'tta.cascade.operation',
    dimension: 'operation',
    namesSpan: true,
    record(operation, recording) {
      if (!recording.isNew(metrics.savings, [operation])) return;
      recording.add(metrics.savings, [operation], 0);
      recording.add(metrics.unpriced, [operation], 0);
    },
  },
  'cascade.stage': { attribute: 'tta.cascade.stage', dimension: 'route' },
  'cascade.rejection': {
    attribute: 'tta.cascade.rejection',
    record: (reason, recording) =>
      recording.add(metrics.rejections, [
        recording.label('cascade.operation'),
        recording.label('cascade.stage'),
        reason,
      ]),
  },
  'cascade.outcome': {
    attribute: 'tta.cascade.outcome',
    record: (outcome, recording) =>
      recording.add(metrics.answers, [recording.label('cascade.operation'), recording.label('cascade.stage'), outcome]),
  },
  'cascade.savedUsd': {
    attribute: 'tta.cascade.saved_usd',
    record: (usd, recording) => recording.add(metrics.savings, [recording.label('cascade.operation')], usd),
  },
  'cascade.unpriced': {
    attribute: 'tta.cascade.unpriced',
    record: (_true, recording) => recording.add(metrics.unpriced, [recording.label('cascade.operation')]),
  },
  'cascade.enabled': {
    attribute: 'tta.cascade.enabled',
    record: (isEnabled, recording) =>
      recording.set(metrics.enabled, [recording.label('cascade.operation')], isEnabled ? 1 : 0),
  },
};
