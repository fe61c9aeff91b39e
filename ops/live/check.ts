import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { panelsOf, targetsOf } from '../boards/lint.ts';
import { substituteFor } from '../boards/substitute.ts';
import type { Rule } from '../prometheus/rules.ts';
import { parsePromql } from '../promql/promql.ts';
import type { Prometheus } from './prometheus.ts';

/** An expression, and where it stands. */
export interface Located {
  readonly where: string;
  readonly expr: string;
}

/** Rates need several scrapes, and the live test has seconds, not minutes. */
const WINDOWS = { rateInterval: '15s', range: '1h' } as const;

/** Every expression of a dashboard, as Grafana would send it. */
export function expressionsOf(dashboard: Dashboard): readonly Located[] {
  const substitute = substituteFor(dashboard, WINDOWS);
  return panelsOf(dashboard).flatMap((panel) =>
    targetsOf(panel).map(({ expr = '' }) => ({ where: `${dashboard.title}, ${panel.title}`, expr: substitute(expr) })),
  );
}

/** What a rule reads. A condition that holds nowhere is empty, and so what it compares is asked for. */
export function operandsOf(rule: Rule): readonly Located[] {
  const where = 'alert' in rule ? rule.alert : rule.record;
  return parsePromql(rule.expr).operands.map((expr) => ({ where, expr }));
}

/** Asks a Prometheus for each expression: a sentence for each that is wrong, is empty, or is not a number. */
export async function problemsOf(expressions: readonly Located[], prometheus: Prometheus): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { where, expr } of expressions) {
    const problem = await problemOf(expr, prometheus);
    if (problem !== undefined) problems.push(`${where}: ${problem}: ${expr}`);
  }
  return problems;
}

async function problemOf(expr: string, prometheus: Prometheus): Promise<string | undefined> {
  try {
    const samples = await prometheus.query(expr);
    if (samples.length === 0) return 'empty';
    const odd = samples.find(({ value }) => Number.isNaN(value));
    return odd === undefined ? undefined : `NaN for ${JSON.stringify(odd.labels)}`;
  } catch (error) {
    return `error (${(error as Error).message})`;
  }
}
