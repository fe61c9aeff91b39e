import { capped, counter, type Dimension, type Metric } from '../metric.ts';
import { type Topic, topic } from '../topic.ts';

/** Counts what telemetry itself could not do. */
export const SELF: {
  readonly overflow: Metric<readonly [Dimension], 'counter'>;
  readonly errors: Metric<readonly [], 'counter'>;
} = {
  overflow: counter(
    'telemetry_overflow_total',
    '{value}',
    'Values counted as _other because their dimension, or the metric of that name, was full.',
    capped('dimension'),
  ),
  errors: counter('telemetry_errors_total', '{error}', 'Facts that could not be recorded.'),
};

/** What telemetry counts about itself. */
export const telemetryTopic: Topic<never> = topic({ metrics: SELF });
