// For their facts: every name that a drift may state must have its entry below.
import type {} from '../primitives/score-drift/facts.ts';
import type { CatalogueOf } from './catalogue.ts';
import { counter, gauge, type Metric } from './metric.ts';

const metrics = {
  index: gauge(
    'router_score_drift_index',
    '',
    'Population stability index of the newest routing scores; above 0.25 calibrate again.',
    'operation',
  ),
  changes: counter(
    'router_score_drift_changes_total',
    '{change}',
    'Changes of the state of drift, by the new one.',
    'operation',
    'state',
  ),
};

export const SCORE_DRIFT_METRICS: readonly Metric[] = Object.values(metrics);

/** What becomes of the facts of drifts. */
export const scoreDriftCatalogue: CatalogueOf<'scoreDrift'> = {
  'scoreDrift.operation': { attribute: 'tta.score_drift.operation', dimension: 'operation', namesSpan: true },
  'scoreDrift.index': {
    attribute: 'tta.score_drift.index',
    record: (index, recording) => recording.set(metrics.index, [recording.label('scoreDrift.operation')], index),
  },
  'scoreDrift.state': {
    attribute: 'tta.score_drift.state',
    record: (state, recording) => recording.add(metrics.changes, [recording.label('scoreDrift.operation'), state]),
  },
};
