import {
  capped,
  closed,
  counter,
  type FactsUnder,
  gauge,
  namedBy,
  type Topic,
  topic,
} from 'tta-observability-integration/telemetry';
// For their facts: every name that a drift may state must have its entry below.
import type {} from './facts.ts';

const metrics = {
  index: gauge(
    'router_score_drift_index',
    '',
    'Population stability index of the newest routing scores; above 0.25 calibrate again.',
    capped('operation'),
  ),
  changes: counter(
    'router_score_drift_changes_total',
    '{change}',
    'Changes of the state of drift, by the new one.',
    capped('operation'),
    closed('state', ['stable', 'moderate', 'major']),
  ),
};

/** What becomes of the facts of drifts. */
export const scoreDriftTopic: Topic<FactsUnder<'scoreDrift'>> = topic({
  facts: {
    'scoreDrift.operation': { attribute: 'tta.score_drift.operation', dimension: 'operation' },
    'scoreDrift.index': {
      attribute: 'tta.score_drift.index',
      record: (index, recorder) => recorder.set(metrics.index, [recorder.label('scoreDrift.operation')], index),
    },
    'scoreDrift.state': {
      attribute: 'tta.score_drift.state',
      record: (state, recorder) => recorder.add(metrics.changes, [recorder.label('scoreDrift.operation'), state]),
    },
  },
  metrics,
  spans: { score_drift: namedBy('scoreDrift.operation') },
});
