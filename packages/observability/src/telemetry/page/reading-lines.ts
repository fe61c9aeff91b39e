import { type MetricKind, printedName } from '../metric.ts';
import type { MetricReading } from '../series/reading.ts';
import type { Series } from '../series/series.ts';
import { type Family, headOf, numberText } from './family.ts';
import { bucketEnds, histogramLines } from './histogram-lines.ts';
import { labelTextOf } from './label-text.ts';
import type { PageFormat } from './page-format.ts';

/** As which type a metric is printed. */
const TYPES: Readonly<Record<MetricKind, Family['type']>> = {
  counter: 'counter',
  up_down_counter: 'gauge',
  gauge: 'gauge',
  histogram: 'histogram',
};

/** The lines of one of our metrics, one text for each series. The labels of a series are written once and kept. */
export function* readingLines({ metric, series, values }: MetricReading, format: PageFormat): Generator<string, void> {
  const name = printedName(metric);
  yield headOf({ name, type: TYPES[metric.kind], help: metric.description, unit: metric.unit }, format);
  const names = metric.dimensions.map((dimension) => dimension.name.replaceAll('.', '_'));
  const ends = bucketEnds(metric.buckets ?? []);
  const head = `${name}{`;
  for (let index = 0; index < values.length; index += 1) {
    const one = series[index] as Series; // there are at least as many series as values
    const labelText = (one.labelText ??= labelTextOf(names, one.labels));
    if (one.counts !== undefined) {
      const { counts, value: sum, exemplars } = one; // as they are now, because they belong together
      yield histogramLines(
        { name, labelText, counts, sum, exemplars: format === 'openmetrics' ? exemplars : undefined },
        ends,
      );
    } else {
      const value = numberText(values[index] as number);
      yield labelText === '' ? `${name} ${value}\n` : `${head}${labelText}} ${value}\n`;
    }
  }
}
