import {
  capped,
  closed,
  type FactsUnder,
  gauge,
  namedBy,
  type Topic,
  topic,
} from 'tta-observability-integration/telemetry';
import type { GateState, Stage } from './facts.ts';

const COMPONENT = capped('component');
/** In the order of their numbers in `component_stage`. */
export const STAGES: readonly Stage[] = ['development', 'staging', 'production'];
/** In the order of their numbers in `component_gate_state`. */
const GATE_STATES: readonly GateState[] = ['failed', 'passed', 'unknown'];

const metrics = {
  stage: gauge('component_stage', '', 'Stage of a component: 0 development, 1 staging, 2 production.', COMPONENT),
  stageSince: gauge(
    'component_stage_since_seconds',
    's',
    'When a component entered its stage, in seconds since the Unix epoch.',
    COMPONENT,
  ),
  stageChanges: gauge(
    'component_stage_changes',
    '{change}',
    'How often the stage of a component has changed.',
    COMPONENT,
  ),
  coverage: gauge(
    'component_coverage_ratio',
    '',
    'Covered lines of a component as a share of all its lines.',
    COMPONENT,
  ),
  tests: gauge(
    'component_tests',
    '{test}',
    'Tests of a component by outcome.',
    COMPONENT,
    closed('outcome', ['passed', 'failed', 'skipped']),
  ),
  gate: gauge(
    'component_gate_state',
    '',
    'Whether a component passes a gate: 0 failed, 1 passed, 2 no report.',
    COMPONENT,
    closed('gate', ['tests', 'coverage', 'checks']),
  ),
};

/** What becomes of the facts of maturity. */
export const maturityTopic: Topic<FactsUnder<'maturity'>> = topic({
  facts: {
    'maturity.component': { attribute: 'tta.maturity.component', dimension: 'component' },
    'maturity.stage': {
      attribute: 'tta.maturity.stage',
      record: (stage, recorder) =>
        recorder.set(metrics.stage, [recorder.label('maturity.component')], STAGES.indexOf(stage)),
    },
    'maturity.stageSince': {
      record: (seconds, recorder) => recorder.set(metrics.stageSince, [recorder.label('maturity.component')], seconds),
    },
    'maturity.stageChanges': {
      record: (count, recorder) => recorder.set(metrics.stageChanges, [recorder.label('maturity.component')], count),
    },
    'maturity.coverage': {
      attribute: 'tta.maturity.coverage',
      record: (share, recorder) => recorder.set(metrics.coverage, [recorder.label('maturity.component')], share),
    },
    'maturity.tests': {
      record: ({ outcome, count }, recorder) =>
        recorder.set(metrics.tests, [recorder.label('maturity.component'), outcome], count),
    },
    'maturity.gate': {
      record: ({ gate, state }, recorder) =>
        recorder.set(metrics.gate, [recorder.label('maturity.component'), gate], GATE_STATES.indexOf(state)),
    },
  },
  metrics,
  spans: { maturity: namedBy('maturity.component') },
});
