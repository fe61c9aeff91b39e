import { spawnSync } from 'node:child_process';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prometheusPrograms } from '../../scripts/services/prometheus-programs.ts';
import { eventually } from '../../scripts/services/redis-command.ts';
import { BOARDS } from '../boards/boards.ts';
import { CATALOGUE } from '../boards/catalogue.ts';
import { grafanaJson } from '../boards/grafana.ts';
import { panelsOf, targetsOf } from '../boards/lint.ts';
import { RULE_FILES, rulesIn } from '../prometheus/rules.ts';
import { type Alertmanager, startAlertmanager } from './alertmanager.ts';
import { expressionsOf, operandsOf, problemsOf } from './check.ts';
import { type Prometheus, startPrometheus } from './prometheus.ts';
import { startWorkload, type Workload } from './workload.ts';

const programs = prometheusPrograms();
/** By then every fault has come up, and every rate has several scrapes. */
const TURNS = 60;
/** The longest range and wait of the alerts that are looked at take 75 s. */
const FIRES_OR_RESOLVES_MS = 240_000;
const SCRAPED = 'count_over_time(up{job="tta-faults"}[1m]) > 5';
const dashboards = BOARDS.map(grafanaJson);

describe.skipIf(programs === undefined)('dashboards and alerts on a real Prometheus', () => {
  let workload: Workload;
  let alertmanager: Alertmanager;
  let prometheus: Prometheus;

  beforeAll(async () => {
    workload = await startWorkload();
    alertmanager = await startAlertmanager(programs?.alertmanager ?? '');
    prometheus = await startPrometheus({
      program: programs?.prometheus ?? '',
      targets: { 'tta-faults': new URL(workload.metricsUrl).host },
      alertmanager: alertmanager.url,
    });
    await eventually('every fault has come up', async () => workload.turns > TURNS, 240_000);
    await eventually('rates have several scrapes', async () => (await prometheus.query(SCRAPED)).length === 1, 60_000);
  });
  afterAll(async () => {
    await workload?.stop();
    await prometheus?.stop();
    await alertmanager?.stop();
  });

  it('has every metric of every topic', async () => {
    const page = await (await fetch(workload.metricsUrl)).text();
    const isPrinted = (name: string): boolean => page.includes(`\n${name}{`) || page.includes(`\n${name} `);
    expect([...CATALOGUE.values()].filter(({ series }) => !series.every(isPrinted)).map(({ name }) => name)).toEqual(
      [],
    );
  });

  it('has a page that promtool accepts', async () => {
    const input = await (await fetch(workload.metricsUrl)).text();
    const { status, stderr } = spawnSync(programs?.promtool ?? '', ['check', 'metrics'], { input, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.each(dashboards.map((dashboard) => [dashboard.title, dashboard] as const))(
    'shows something in every panel of %s',
    async (_title, dashboard) => {
      await expect.poll(() => problemsOf(expressionsOf(dashboard), prometheus), { interval: 500 }).toEqual([]);
    },
  );

  it('has something to compare in every rule', async () => {
    const operands = RULE_FILES.flatMap(rulesIn).flatMap(operandsOf);
    await expect.poll(() => problemsOf(operands, prometheus), { interval: 500 }).toEqual([]);
  });

  it.each([
    ['a metric that is not there', 'sum(rate(llm_call_total[1m]))', 'empty'],
    ['a division of nothing by nothing', '(sum(up) - sum(up)) / 0', 'NaN for {}'],
    ['a broken expression', 'sum(rate(llm_calls_total[1m])', 'error (invalid parameter "query"'],
  ])('catches %s in a panel', async (_what, expr, problem) => {
    const dashboard = structuredClone(dashboards[0]) as (typeof dashboards)[number];
    const panel = panelsOf(dashboard)[0] as Panel;
    (targetsOf(panel)[0] as { expr: string }).expr = expr;
    const found = [expect.stringContaining(`${dashboard.title}, ${panel.title}: ${problem}`)];
    await expect.poll(() => problemsOf(expressionsOf(dashboard), prometheus), { interval: 500 }).toEqual(found);
  });

  it('catches a rule that compares a series that is not there', async () => {
    const rule = { record: 'broken', expr: 'max by (job) (circuit_stat) == 2 and on (job) up' };
    expect(await problemsOf(operandsOf(rule), prometheus)).toEqual(['broken: empty: max by (job) (circuit_stat)']);
  });

  it.each([
    ['TtaTimeoutsBurnFast', { severity: 'page', job: 'tta-faults', operation: 'search' }],
    ['TtaUnpricedCalls', { severity: 'ticket', job: 'tta-faults' }],
    ['TtaTelemetryDropped', { severity: 'ticket', job: 'tta-faults' }],
    ['TtaSpansLost', { severity: 'ticket', job: 'tta-faults', reason: 'export_failed' }],
  ])('sends %s through Alertmanager, with its labels and where to read on', async (alertname, labels) => {
    const found = () => alertmanager.sent.find((alert) => alert.labels['alertname'] === alertname);
    await expect.poll(found, { timeout: FIRES_OR_RESOLVES_MS }).toBeDefined();
    expect(found()).toMatchObject({
      status: 'firing',
      labels,
      annotations: { runbook_url: `docs/runbook.md#${alertname.toLowerCase()}` },
    });
    expect(found()?.annotations['description']).not.toContain('<no value>');
  });

  it('sends an alert once a process is gone, and resolves those for what has stopped', async () => {
    await workload.stop();
    const statusOf = (alertname: string) =>
      alertmanager.sent.findLast((alert) => alert.labels['alertname'] === alertname)?.status;
    await expect.poll(() => statusOf('TtaTargetDown')).toBe('firing');
    for (const alertname of ['TtaTimeoutsBurnFast', 'TtaUnpricedCalls', 'TtaTelemetryDropped', 'TtaSpansLost']) {
      await expect
        .poll(() => [alertname, statusOf(alertname)], { timeout: FIRES_OR_RESOLVES_MS })
        .toEqual([alertname, 'resolved']);
    }
  });
});
