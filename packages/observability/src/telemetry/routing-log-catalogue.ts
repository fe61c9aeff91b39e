// For their facts: every name that a routing log may state must have its entry below.
import type {} from '../primitives/routing-log/facts.ts';
import type { CatalogueOf } from './catalogue.ts';
import { counter, type Metric } from './metric.ts';

const metrics = {
  rows: counter(
    'routing_log_rows_total',
    '{row}',
    'Rows of routing logs, one per execution, by what became of them.',
    'operation',
    'outcome',
  ),
};

export const ROUTING_LOG_METRICS: readonly Metric[] = Object.values(metrics);

/** What becomes of the facts of routing logs. */
export const routingLogCatalogue: CatalogueOf<'routingLog'> = {
  'routingLog.operation': { attribute: 'tta.routing_log.operation', dimension: 'operation', namesSpan: true },
  'routingLog.outcome': {
    attribute: 'tta.routing_log.outcome',
    record: (outcome, recording) => recording.add(metrics.rows, [recording.label('routingLog.operation'), outcome]),
  },
};
