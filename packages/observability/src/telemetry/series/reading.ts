import type { Metric } from '../metric.ts';
import type { SumOf } from '../rate.ts';
import type { Topic } from '../topic.ts';
import type { Series } from './series.ts';

/** One metric at one instant. */
export interface MetricReading {
  readonly metric: Metric;
  readonly series: readonly Series[];
  /** The value of each series. There may be more series by now; they have none. */
  readonly values: Float64Array;
}

/** What readings are made from. */
interface Counted {
  allSeriesOf(metric: Metric): readonly Series[];
  readonly valueOf: SumOf;
}

/**
 * The metrics and the rates of a topic, all of the same instant: a rate is that of the sums that are read with it.
 *
 * @param onError - called for each rate that cannot be computed and is left out
 */
export function readingsOf({ metrics, rates }: Topic, counted: Counted, onError: () => void): readonly MetricReading[] {
  const readings = Object.values(metrics).map((metric) => readingOf(metric, counted.allSeriesOf(metric), sumOfSeries));
  const sumOf: SumOf = (metric, labels) => counted.valueOf(metric, labels);
  for (const { metric, each, of } of rates) {
    try {
      readings.push(readingOf(metric, counted.allSeriesOf(each), ({ labels }) => of(sumOf, labels)));
    } catch {
      onError(); // it is code of a topic, which may be a user's
    }
  }
  return readings.filter(({ values }) => values.length > 0);
}

function readingOf(metric: Metric, series: readonly Series[], read: (series: Series) => number): MetricReading {
  const values = new Float64Array(series.length); // in a loop, because `from` takes ten times as long
  for (let index = 0; index < values.length; index += 1) values[index] = read(series[index] as Series);
  return { metric, series, values };
}

function sumOfSeries({ value }: Series): number {
  return value;
}
