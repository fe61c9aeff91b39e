import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { describe, expect, it } from 'vitest';
import { graph } from './board.ts';
import { BOARDS, ON_NO_BOARD } from './boards.ts';
import { CATALOGUE } from './catalogue.ts';
import { boardFiles, FOLDER } from './files.ts';
import { grafanaJson } from './grafana.ts';
import { lint, metricsReadBy, panelsOf, targetsOf } from './lint.ts';
import { named, perSecond, query } from './queries.ts';

const dashboards = BOARDS.map(grafanaJson);

describe('ops/grafana', () => {
  it('is what the boards generate: run `npm run ops:boards` after a change', async () => {
    const files = boardFiles(BOARDS);
    const committed = await Promise.all([...files.keys()].map((path) => readFile(path, 'utf8')));
    expect(committed).toEqual([...files.values()]);
    expect(await readdir(FOLDER)).toHaveLength(files.size);
  });

  it.each(dashboards.map((dashboard) => [dashboard.title, dashboard] as const))(
    '%s has no finding',
    (_title, dashboard) => {
      expect(lint(dashboard)).toEqual([]);
    },
  );

  it('shows every metric of every topic, or says why not', () => {
    const shown = dashboards.flatMap((dashboard) => [...metricsReadBy(dashboard)]);
    const hidden = [...CATALOGUE.keys()].filter((name) => !shown.includes(name));
    expect(hidden.sort()).toEqual(Object.keys(ON_NO_BOARD).sort());
    expect(Object.values(ON_NO_BOARD).every((reason) => reason.length > 10)).toBe(true);
  });

  it.each(dashboards.map((dashboard) => [dashboard.title, dashboard] as const))(
    '%s lies on the grid: ids are unique, and no panel covers another one',
    (_title, { panels = [] }) => {
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
      const cells = panels.flatMap(({ gridPos: { x = 0, y = 0, w = 0, h = 0 } = {} }) =>
        Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
      );
      expect(new Set(cells).size).toBe(cells.length);
    },
  );
});

describe('docs/dashboards.md', () => {
  it('shows every dashboard under its title, in a picture that is there', async () => {
    const page = await readFile(join(FOLDER, '../../docs/dashboards.md'), 'utf8');
    const pictures = await readdir(join(FOLDER, '../../docs/pictures/grafana'));
    for (const { uid, title } of BOARDS) {
      expect(page).toContain(`\n### ${title.replace('TTA / ', '')}\n`);
      expect(page).toContain(`](pictures/grafana/${uid}.png)`);
    }
    expect(pictures.sort()).toEqual(BOARDS.map(({ uid }) => `${uid}.png`).sort());
  });
});

/** A dashboard with one panel whose JSON was changed by hand. */
function broken(change: (dashboard: Dashboard) => void): string[] {
  const panel = graph(
    'Calls',
    'ops',
    'Calls by model.',
    query(perSecond('llm_calls_total', { by: ['model'] }), 'model'),
  );
  const dashboard = grafanaJson({
    uid: 'tta-x',
    title: 'X',
    description: 'X.',
    rows: [{ title: 'X', panels: [panel] }],
  });
  expect(lint(dashboard)).toEqual([]);
  change(dashboard);
  return lint(dashboard);
}

const targetIn = (dashboard: Dashboard) =>
  targetsOf(panelsOf(dashboard)[0] as never)[0] as { expr: string; legendFormat: string; datasource: { uid: string } };
const panelIn = (dashboard: Dashboard) =>
  panelsOf(dashboard)[0] as {
    description: string;
    datasource: { uid: string };
    fieldConfig: { defaults: { unit?: string } };
  };

describe('the lint of dashboards', () => {
  it.each<[string, (dashboard: Dashboard) => void, string]>([
    ['a panel without a unit', (dashboard) => delete panelIn(dashboard).fieldConfig.defaults.unit, 'has no unit'],
    ['a panel without a description', (dashboard) => (panelIn(dashboard).description = ''), 'has no description'],
    [
      'a panel of one data source',
      (dashboard) => (panelIn(dashboard).datasource.uid = 'p'),
      'does not read the data source',
    ],
    [
      'a query of one data source',
      (dashboard) => (targetIn(dashboard).datasource = { uid: 'p' }),
      'does not read the data source',
    ],
    ['series without names', (dashboard) => (targetIn(dashboard).legendFormat = ''), 'names no series'],
    ['a rate over 30s', (dashboard) => swap(dashboard, '$__rate_interval', '30s'), 'takes a rate over 30s'],
    ['a query of all jobs', (dashboard) => swap(dashboard, 'job=~"$job",', ''), 'is not limited to the jobs'],
    [
      'a metric that no topic has',
      (dashboard) => swap(dashboard, 'llm_calls', 'llm_call'),
      'llm_call_total, which no topic has',
    ],
    [
      'a label that the metric has not',
      (dashboard) => swap(dashboard, 'by (model)', 'by (route)'),
      'names the label route',
    ],
    ['a variable that there is not', (dashboard) => swap(dashboard, '$job', '$jobs'), '$jobs is no variable'],
    ['a broken expression', (dashboard) => swap(dashboard, '))', ')'), 'not PromQL'],
  ])('finds %s', (_what, change, finding) => {
    expect(broken(change)).toEqual([expect.stringContaining(finding)]);
  });
});

it('finds a table that prints its labels in the unit of its values', () => {
  const dashboard = structuredClone(dashboards[0]) as Dashboard;
  const table = panelsOf(dashboard).find(({ type }) => type === 'table');
  if (table?.fieldConfig !== undefined) table.fieldConfig.overrides = [];
  expect(lint(dashboard)).toEqual([expect.stringContaining('prints labels in its unit')]);
});

function swap(dashboard: Dashboard, from: string, to: string): void {
  targetIn(dashboard).expr = targetIn(dashboard).expr.replace(from, to);
}

describe('a query', () => {
  it('cannot be made of a metric that no topic has, or of one of another kind', () => {
    expect(() => perSecond('llm_call_total')).toThrow('no topic has a metric llm_call_total');
    expect(() => perSecond('circuit_state')).toThrow('circuit_state is a gauge; the query needs a counter');
    expect(named('all', perSecond('llm_calls_total'))).toEqual({
      legend: 'all',
      expr: 'sum(rate(llm_calls_total{job=~"$job",instance=~"$instance"}[$__rate_interval]))',
    });
  });
});
