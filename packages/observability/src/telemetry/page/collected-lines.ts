import type { MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { type CollectedPoint, type DistinctPoint, distinctPoints } from './distinct-points.ts';
import { type Family, headOf, numberText } from './family.ts';
import { bucketEnds, histogramLines } from './histogram-lines.ts';
import type { PageFormat } from './page-format.ts';

/** `DataPointType` of the SDK, which is not imported because it may not be loaded. */
const HISTOGRAM = 0;
const GAUGE = 2;
const SUM = 3;

/**
 * The lines of what an SDK has collected: the instruments of users and of other libraries.
 *
 * Prometheus refuses a page on which two metrics have the same name. The first one is printed, and with it those of other scopes that
 * have its type. Values with the same labels become one series.
 *
 * @param taken - the names that the page has already
 */
export function* collectedLines(
  { scopeMetrics }: Pick<ResourceMetrics, 'scopeMetrics'>,
  taken: ReadonlySet<string>,
  format: PageFormat,
): Generator<string, void> {
  const all = scopeMetrics.flatMap(({ scope, metrics }) => metrics.map((metric) => ({ scope: scope.name, metric })));
  const families = Map.groupBy(
    all.filter(({ metric }) => isPrintable(metric)),
    ({ metric }) => printedNameOf(metric),
  );
  const names = new Set(taken);
  for (const [name, members] of families) {
    const [{ metric: first }] = members as [ScopedMetric];
    const type = typeOf(first);
    const series = printedSeries(name, type);
    if (series.some((one) => names.has(one))) continue;
    for (const one of series) names.add(one);
    yield headOf({ name, type, help: first.descriptor.description, unit: first.descriptor.unit }, format);
    const points = members.filter(({ metric }) => typeOf(metric) === type).flatMap(pointsOf);
    for (const point of distinctPoints(points)) yield pointLines(name, point);
  }
}

interface ScopedMetric {
  readonly scope: string;
  readonly metric: MetricData;
}

function pointsOf({ scope, metric }: ScopedMetric): readonly CollectedPoint[] {
  const { dataPointType } = metric;
  if (dataPointType !== HISTOGRAM && dataPointType !== SUM && dataPointType !== GAUGE) return [];
  const isSum = dataPointType !== GAUGE;
  return metric.dataPoints.map(({ attributes, value }) => ({ scope, attributes, value, isSum }));
}

function pointLines(name: string, { labelText, value }: DistinctPoint): string {
  if (typeof value === 'number') return `${name}${labelText === '' ? '' : `{${labelText}}`} ${numberText(value)}\n`;
  const { boundaries, counts } = value.buckets;
  return histogramLines({ name, labelText, counts, sum: value.sum }, bucketEnds(boundaries));
}

/** Exponential histograms have no lines in these formats. */
function isPrintable({ dataPointType, dataPoints }: MetricData): boolean {
  return [HISTOGRAM, GAUGE, SUM].includes(dataPointType) && dataPoints.length > 0;
}

function typeOf(metric: MetricData): Family['type'] {
  if (metric.dataPointType === HISTOGRAM) return 'histogram';
  return metric.dataPointType === SUM && metric.isMonotonic ? 'counter' : 'gauge';
}

function printedNameOf(metric: MetricData): string {
  const name = metric.descriptor.name.replace(/[^a-zA-Z0-9]+/g, '_').replace(/^(?=[0-9])/, '_');
  return typeOf(metric) === 'counter' && !name.endsWith('_total') ? `${name}_total` : name;
}

function printedSeries(name: string, type: Family['type']): readonly string[] {
  return type === 'histogram' ? [name, ...['_bucket', '_count', '_sum'].map((ending) => name + ending)] : [name];
}
