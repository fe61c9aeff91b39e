import { capped, closed, counter, type Dimension, gauge, type Metric } from '../metric.ts';
import { type Topic, topic } from '../topic.ts';

/** The states in which there is a page. */
export const STATES = ['active', 'degraded', 'attached'] as const;

/** Why a span was lost on its way: the queue of its exporter was full, or the exporter could not send it. */
export const LOSSES = ['queue_full', 'export_failed'] as const;

/** What telemetry says of itself. */
export const SELF: {
  readonly overflow: Metric<readonly [Dimension], 'counter'>;
  readonly errors: Metric<readonly [], 'counter'>;
  readonly state: Metric<readonly [Dimension<(typeof STATES)[number]>], 'gauge'>;
  readonly problems: Metric<readonly [], 'gauge'>;
  readonly kept: Metric<readonly [Dimension<'error' | 'slow' | 'cost'>], 'counter'>;
  readonly evicted: Metric<readonly [], 'counter'>;
  readonly queued: Metric<readonly [], 'gauge'>;
  readonly lost: Metric<readonly [Dimension<(typeof LOSSES)[number]>], 'counter'>;
} = {
  overflow: counter(
    'telemetry_overflow_total',
    '{value}',
    'Values counted as _other because their dimension, or the metric of that name, was full.',
    capped('dimension'),
  ),
  errors: counter('telemetry_errors_total', '{error}', 'Facts that could not be recorded.'),
  state: gauge('telemetry_state', '', 'Whether telemetry is in this state: 1 or 0.', closed('state', STATES)),
  problems: gauge('telemetry_problems', '{problem}', 'What is not as it was asked for: the length of handle.problems.'),
  kept: counter(
    'telemetry_traces_kept_total',
    '{trace}',
    'Traces kept although their ratio leaves them out, by what they were kept for.',
    closed('reason', ['error', 'slow', 'cost']),
  ),
  evicted: counter(
    'telemetry_traces_evicted_total',
    '{trace}',
    'Traces decided on before their workflow ended, because too many were waiting.',
  ),
  queued: gauge('telemetry_spans_queued', '{span}', 'Spans that wait to be sent.'),
  lost: counter(
    'telemetry_spans_lost_total',
    '{span}',
    'Spans that were kept and not sent, because a queue was full or an exporter failed.',
    closed('reason', LOSSES),
  ),
};

/** What telemetry counts about itself. */
export const telemetryTopic: Topic<never> = topic({ metrics: SELF });
