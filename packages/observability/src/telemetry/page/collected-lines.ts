import type { MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { type Family, headOf, numberText } from './family.ts';
import { bucketEnds, histogramLines } from './histogram-lines.ts';
import { attributeTextOf } from './label-text.ts';
import type { PageFormat } from './page-format.ts';

/** `DataPointType` of the SDK, which is not imported because it may not be loaded. */
const HISTOGRAM = 0;
const GAUGE = 2;
const SUM = 3;

/**
 * The lines of what an SDK has collected: the instruments of users and of other libraries.
 *
 * Prometheus refuses a page on which two metrics have the same name. The first one is printed, and with it those of other scopes that
 * have its type.
 *
 * @param taken - the names that the page has already
 */
export function* collectedLines(
  { scopeMetrics }: Pick<ResourceMetrics, 'scopeMetrics'>,
  taken: ReadonlySet<string>,
  format: PageFormat,
): Generator<string, void> {
  const families = Map.groupBy(scopeMetrics.flatMap(({ metrics }) => metrics).filter(isPrintable), printedNameOf);
  const names = new Set(taken);
  for (const [name, metrics] of families) {
    const [first] = metrics as [MetricData];
    const type = typeOf(first);
    const series = printedSeries(name, type);
    if (series.some((one) => names.has(one))) continue;
    for (const one of series) names.add(one);
    yield headOf({ name, type, help: first.descriptor.description, unit: first.descriptor.unit }, format);
    for (const metric of metrics) if (typeOf(metric) === type) yield* pointLines(name, metric);
  }
}

function* pointLines(name: string, metric: MetricData): Generator<string, void> {
  if (metric.dataPointType === HISTOGRAM) {
    for (const { attributes, value } of metric.dataPoints) {
      const { boundaries, counts } = value.buckets;
      const histogram = { name, labelText: attributeTextOf(attributes), counts, sum: value.sum };
      yield histogramLines(histogram, bucketEnds(boundaries));
    }
  } else if (metric.dataPointType === SUM || metric.dataPointType === GAUGE) {
    for (const { attributes, value } of metric.dataPoints) {
      const labelText = attributeTextOf(attributes);
      yield `${name}${labelText === '' ? '' : `{${labelText}}`} ${numberText(value)}\n`;
    }
  }
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
