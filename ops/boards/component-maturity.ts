import { type Board, betterAbove, graph, stat, table, worseAbove } from './board.ts';
import { highest, query, total } from './queries.ts';

const BY = { by: ['component'] };

export const componentMaturity: Board = {
  uid: 'tta-component-maturity',
  title: 'TTA / Component maturity',
  description: 'Which stage each package has reached, and which gate holds it back. From the metrics of tta maturity.',
  chosenFrom: 'component_stage',
  rows: [
    {
      title: 'Stages and gates',
      panels: [
        stat(
          'Stage',
          'short',
          'Staging needs passing tests and coverage; production more coverage, and passing checks.',
          [query(highest('component_stage', BY), 'component')],
          { words: { 0: 'development', 1: 'staging', 2: 'production' }, thresholds: betterAbove(1, 2), width: 24 },
        ),
        table(
          'Gates',
          'short',
          'Unknown: no report says anything about the component.',
          [query(highest('component_gate_state', { by: ['component', 'gate'] }), 'component', 'gate')],
          { words: { 0: 'failed', 1: 'passed', 2: 'unknown' } },
        ),
        stat(
          'Entered its stage',
          'dateTimeFromNow',
          'When the component entered the stage it is in.',
          [query(`${highest('component_stage_since_seconds', BY)} * 1000`, 'component')],
          { width: 12 },
        ),
      ],
    },
    {
      title: 'Coverage and tests',
      panels: [
        graph(
          'Coverage',
          'percentunit',
          'Covered lines as a share of all lines.',
          [query(highest('component_coverage_ratio', BY), 'component')],
          { min: 0, max: 1, width: 12 },
        ),
        graph(
          'Tests',
          'short',
          'By outcome.',
          [query(total('component_tests', { by: ['component', 'outcome'] }), 'component', 'outcome')],
          { width: 12 },
        ),
        stat(
          'Failed tests',
          'short',
          'It should be 0.',
          [query(total('component_tests', { ...BY, where: 'outcome="failed"' }), 'component')],
          { thresholds: worseAbove(1, 1), width: 12 },
        ),
        stat(
          'Changes of stage',
          'short',
          'Promotions and demotions since the history began.',
          [query(highest('component_stage_changes', BY), 'component')],
          { width: 12 },
        ),
      ],
    },
  ],
};
