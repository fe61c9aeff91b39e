import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { prometheusPrograms } from '../../scripts/services/prometheus-programs.ts';
import { CATALOGUE } from '../boards/catalogue.ts';
import { parsePromql } from '../promql/promql.ts';
import { type AlertRule, alertRules, RULE_FILES, rulesIn } from './rules.ts';

const programs = prometheusPrograms();
const rules = RULE_FILES.flatMap(rulesIn);
const alerts = alertRules();
const UNIT_TESTS = ['alerts', 'slow-alerts'].map((name) => join(import.meta.dirname, `tests/${name}.test.yaml`));

interface UnitTest {
  readonly name: string;
  readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts?: readonly unknown[] }[];
}

/** The anchor that a heading gets on a page. */
const anchorOf = (heading: string): string => heading.toLowerCase().replaceAll(' ', '-');

describe('the rules', () => {
  it('read series of topics, of rules and of Prometheus itself, and no other', () => {
    const known = new Set([...CATALOGUE.values()].flatMap(({ series }) => series).concat('up', 'target_info'));
    for (const rule of rules) if ('record' in rule) known.add(rule.record);
    const read = rules.flatMap(({ expr }) => parsePromql(expr).selectors.map(({ series }) => series));
    expect(read.filter((series) => !known.has(series))).toEqual([]);
  });

  it('group by labels that their metrics have', () => {
    const labelsOf = (series: string): readonly string[] =>
      [...CATALOGUE.values()].find((metric) => metric.series.includes(series))?.labels ?? [];
    for (const { expr } of rules) {
      const { selectors, groupedBy } = parsePromql(expr);
      const recorded = selectors.flatMap(({ series }) => (/^(\w+):/.exec(series)?.[1] ?? '').split('_'));
      const known = ['job', 'instance', 'le', ...selectors.flatMap(({ series }) => labelsOf(series)), ...recorded];
      expect(groupedBy.filter((label) => !known.includes(label))).toEqual([]);
    }
  });

  it.each(alerts.map((alert) => [alert.alert, alert] as const))(
    '%s says how bad it is, what it is and what to do',
    (name, alert) => {
      const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
      const anchors = [...runbook.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading as string));
      const [page, anchor] = alert.annotations.runbook_url.split('#');
      expect(['page', 'ticket']).toContain(alert.labels.severity);
      expect(page).toBe('docs/runbook.md');
      expect(anchors).toContain(anchor);
      expect(anchor).toBe(anchorOf(name));
      expect(alert.annotations.summary).not.toBe('');
      expect(alert.annotations.description).not.toBe('');
    },
  );

  it('are all in the runbook, which says of each what it means, where to look and what to do', () => {
    const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
    const sections = runbook.split(/^### /m).slice(1);
    expect(sections.map((section) => section.split('\n', 1)[0])).toEqual(alerts.map(({ alert }) => alert));
    for (const section of sections) {
      for (const part of ['**Means:**', '**Look first:**', '**Fix:**']) expect(section).toContain(part);
    }
  });

  it('have a unit test for each alert, in which the alert fires and ends', () => {
    const tests = UNIT_TESTS.flatMap((file) => (parse(readFileSync(file, 'utf8')) as { tests: UnitTest[] }).tests);
    const shown = tests.map(({ alert_rule_test: steps }) => ({
      alert: steps[0]?.alertname,
      fired: steps.map(({ exp_alerts = [] }) => exp_alerts.length > 0),
    }));
    const wanted = alerts.map(({ alert }) => ({ alert, fired: [true, false] }));
    const byName = (one: { alert: string | undefined }, other: { alert: string | undefined }): number =>
      String(one.alert).localeCompare(String(other.alert));
    expect(shown.sort(byName)).toEqual(wanted.sort(byName));
  });
});

describe.skipIf(programs === undefined)('promtool and amtool', () => {
  const { promtool, amtool } = programs ?? { promtool: '', amtool: '' };
  const folder = mkdtempSync(join(tmpdir(), 'tta-rules-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (program: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
    return { status, said: stdout + stderr };
  };

  it('accept the rules and the configurations', () => {
    expect(run(promtool, 'check', 'rules', ...RULE_FILES)).toMatchObject({ status: 0 });
    expect(run(promtool, 'check', 'config', join(import.meta.dirname, 'prometheus.yaml'))).toMatchObject({ status: 0 });
    expect(run(amtool, 'check-config', join(import.meta.dirname, 'alertmanager.yaml'))).toMatchObject({ status: 0 });
  });

  it.each(UNIT_TESTS)('see every alert fire and end: %s', (file) => {
    expect(run(promtool, 'test', 'rules', file)).toMatchObject({ status: 0 });
  });

  it('catch a rule that is not PromQL, and an alert that does not fire when it should', () => {
    const broken = (change: (rule: AlertRule) => AlertRule): string => {
      const file = join(folder, 'alerts.yaml');
      writeFileSync(file, JSON.stringify({ groups: [{ name: 'broken', rules: alerts.map(change) }] }));
      return file;
    };
    const parenthesis = broken((alert) => ({ ...alert, expr: alert.expr.replace('(', '((') }));
    expect(run(promtool, 'check', 'rules', parenthesis).status).not.toBe(0);
    broken((alert) => ({ ...alert, expr: alert.expr.replace('circuit_state', 'circuit_stat') }));
    for (const name of ['targets.yaml', 'recording.yaml'])
      execFileSync('cp', [join(import.meta.dirname, name), folder]);
    const test = join(folder, 'test.yaml');
    const whole = parse(readFileSync(UNIT_TESTS[0] as string, 'utf8')) as { tests: UnitTest[] };
    const files = ['targets.yaml', 'recording.yaml', 'alerts.yaml'];
    const tests = whole.tests.filter(({ name }) => name === 'TtaCircuitOpen');
    writeFileSync(test, JSON.stringify({ ...whole, rule_files: files, tests }));
    const { status, said } = run(promtool, 'test', 'rules', test);
    expect(status).not.toBe(0);
    expect(said).toContain('alertname: TtaCircuitOpen');
  });
});
