import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { type Expression, parsePromql } from '../promql/promql.ts';
import { CATALOGUE, type PrintedMetric } from './catalogue.ts';
import { substituteFor } from './substitute.ts';

/** Series that Prometheus makes itself. */
const BY_PROMETHEUS: Readonly<Record<string, readonly string[]>> = { ALERTS: ['alertname', 'alertstate', 'severity'] };

/** Labels that Prometheus adds, or a histogram has. */
const ADDED_LABELS = ['job', 'instance', 'le'];

/** The windows that a rate may have: that of the panel, the range of the board, or one that its legend or title says. */
const FREE_WINDOWS = ['$__rate_interval', '$__range'];

interface Target {
  readonly expr?: string;
  readonly legendFormat?: string;
  readonly datasource?: { readonly uid?: string };
}

/** The panels of a dashboard that are not rows. */
export function panelsOf({ panels = [] }: Dashboard): readonly Panel[] {
  return panels.filter((panel): panel is Panel => panel.type !== 'row');
}

/** The queries of a panel. */
export function targetsOf({ targets = [] }: Panel): readonly Target[] {
  return targets as readonly Target[];
}

/** What is wrong with a dashboard: a sentence for each place. Nothing of it stops Grafana; all of it misleads or breaks for somebody. */
export function lint(dashboard: Dashboard): string[] {
  return panelsOf(dashboard).flatMap((panel) => {
    const where = `${dashboard.title}, ${panel.title}`;
    return [...lookFindings(panel), ...targetsOf(panel).flatMap((target) => targetFindings(target, dashboard))].map(
      (finding) => `${where}: ${finding}`,
    );
  });
}

function lookFindings({ type, fieldConfig, description = '', datasource }: Panel): string[] {
  return [
    ...(fieldConfig?.defaults?.unit ? [] : ['has no unit']),
    ...(type === 'table' && !fieldConfig?.overrides.some(({ matcher }) => matcher.id === 'byType')
      ? ['prints labels in its unit']
      : []),
    ...(description === '' ? ['has no description'] : []),
    ...(datasource?.uid === '$datasource' ? [] : ['does not read the data source that was chosen']),
  ];
}

function targetFindings({ expr = '', legendFormat = '', datasource }: Target, dashboard: Dashboard): string[] {
  const rates = [...expr.matchAll(/\b(?:i?rate)\([^[]*\[([^\]]+)\]/g)].map(([, window]) => window as string);
  return [
    ...(legendFormat === '' ? [`names no series of ${expr}`] : []),
    ...(datasource?.uid === '$datasource' ? [] : ['has a query that does not read the data source that was chosen']),
    ...rates
      .filter((window) => !FREE_WINDOWS.includes(window) && !isLong(window))
      .map((window) => `takes a rate over ${window}, which is empty where scrapes are rarer; take $__rate_interval`),
    ...expressionFindings(expr, dashboard),
  ];
}

/** Windows of minutes and longer hold several scrapes wherever Prometheus is used. */
function isLong(window: string): boolean {
  const [, count, unit] = /^(\d+)([mhdw])$/.exec(window) ?? [];
  return unit !== undefined && (unit !== 'm' || Number(count) >= 5);
}

function expressionFindings(expr: string, dashboard: Dashboard): string[] {
  let expression: Expression;
  try {
    expression = parsePromql(substituteFor(dashboard, { rateInterval: '5m', range: '1h' })(expr));
  } catch (error) {
    return [(error as Error).message];
  }
  const { selectors, groupedBy } = expression;
  const unknown = selectors.filter(({ series }) => metricOf(series) === undefined).map(({ series }) => series);
  const known = selectors.flatMap(({ series }) => metricOf(series)?.labels ?? []).concat(ADDED_LABELS);
  const named = [...groupedBy, ...selectors.flatMap(({ labels }) => labels)];
  return [
    ...unknown.map((series) => `reads ${series}, which no topic has`),
    ...(unknown.length > 0 ? [] : named.filter((label) => !known.includes(label))).map(
      (label) => `names the label ${label}, which its metrics do not have`,
    ),
    ...(selectors.every(({ labels }) => labels.includes('job')) ? [] : [`is not limited to the jobs that were chosen`]),
  ];
}

function metricOf(series: string): Pick<PrintedMetric, 'labels'> | undefined {
  const ofPrometheus = BY_PROMETHEUS[series];
  if (ofPrometheus !== undefined) return { labels: ofPrometheus };
  return [...CATALOGUE.values()].find((metric) => metric.series.includes(series));
}

/** The names of the metrics that a dashboard reads. */
export function metricsReadBy(dashboard: Dashboard): ReadonlySet<string> {
  const substitute = substituteFor(dashboard, { rateInterval: '5m', range: '1h' });
  const series = new Set(
    panelsOf(dashboard)
      .flatMap(targetsOf)
      .flatMap(({ expr = '' }) => parsePromql(substitute(expr)).selectors.map((selector) => selector.series)),
  );
  return new Set(
    [...CATALOGUE.values()].filter((metric) => metric.series.some((name) => series.has(name))).map(({ name }) => name),
  );
}
