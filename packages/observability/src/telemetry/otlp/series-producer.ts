import { type HrTime, ValueType } from '@opentelemetry/api';
import type { DataPoint, Histogram, InstrumentType, MetricData, MetricProducer } from '@opentelemetry/sdk-metrics';
import { attributesOf } from '../instruments.ts';
import type { MetricKind } from '../metric.ts';
import type { MetricReading } from '../series/reading.ts';
import type { Series } from '../series/series.ts';
import type { SeriesTable } from '../series/series-table.ts';
import { type Increase, Increases } from './increases.ts';

type MetricsSdk = Pick<
  typeof import('@opentelemetry/sdk-metrics'),
  'AggregationTemporality' | 'DataPointType' | 'InstrumentType'
>;

export interface SeriesProducerOptions {
  readonly sdk: MetricsSdk;
  readonly table: SeriesTable;
  /** The name under which everything is sent. */
  readonly scope: string;
  /** Whether a reader wants the increase since its last reading or the whole sum. */
  readonly temporalityOf: (type: InstrumentType) => number;
}

/** Gives a reader of an SDK everything that was counted, as it is: no instrument of the SDK with its limit of series is in between. */
export function seriesProducer({ sdk, table, scope, temporalityOf }: SeriesProducerOptions): MetricProducer {
  const { AggregationTemporality, DataPointType, InstrumentType } = sdk;
  const { DELTA, CUMULATIVE } = AggregationTemporality;
  const types: Readonly<Record<MetricKind, InstrumentType>> = {
    counter: InstrumentType.COUNTER,
    up_down_counter: InstrumentType.UP_DOWN_COUNTER,
    gauge: InstrumentType.GAUGE,
    histogram: InstrumentType.HISTOGRAM,
  };
  const increases = new Increases(table.startedAtEpochMs);

  const dataOf = ({ metric, series, values }: MetricReading, nowMs: number): MetricData => {
    const { name, description, unit, kind, buckets: boundaries = [] } = metric;
    const descriptor = { name, description, unit, valueType: ValueType.DOUBLE };
    const isDelta = kind !== 'gauge' && temporalityOf(types[kind]) === DELTA;
    const common = { descriptor, aggregationTemporality: isDelta ? DELTA : CUMULATIVE };
    const endTime = hrTimeOf(nowMs);
    const startTime = hrTimeOf(table.startedAtEpochMs);
    const points = <T>(read: (one: Series, index: number, increase: Increase | undefined) => T): DataPoint<T>[] => {
      const all: DataPoint<T>[] = [];
      for (let index = 0; index < values.length; index += 1) {
        const one = series[index] as Series; // there are at least as many series as values
        const increase = isDelta ? increases.of(one, nowMs) : undefined;
        if (increase?.isEmpty === true) continue;
        const from = increase === undefined ? startTime : hrTimeOf(increase.sinceEpochMs);
        const attributes = attributesOf(metric, one.labels);
        all.push({ startTime: from, endTime, attributes, value: read(one, index, increase) });
      }
      return all;
    };
    if (kind === 'histogram') {
      const dataPoints = points((one, _index, increase): Histogram => {
        const { sum, counts } = increase ?? { sum: one.value, counts: [...(one.counts ?? [])] };
        const count = counts.reduce((total, each) => total + each, 0);
        return { buckets: { boundaries: [...boundaries], counts }, sum, count };
      });
      return { ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints };
    }
    const dataPoints = points((_one, index, increase) => increase?.sum ?? (values[index] as number));
    if (kind === 'gauge') return { ...common, dataPointType: DataPointType.GAUGE, dataPoints };
    return { ...common, dataPointType: DataPointType.SUM, isMonotonic: kind === 'counter', dataPoints };
  };

  return {
    async collect() {
      const now = Date.now();
      const metrics = [...table.read()].flat().map((reading) => dataOf(reading, now));
      // The reader puts the resource of its own provider in the place of this one.
      const resourceMetrics = { resource: { attributes: {} }, scopeMetrics: [{ scope: { name: scope }, metrics }] };
      return { resourceMetrics: resourceMetrics as never, errors: [] };
    },
  };
}

function hrTimeOf(epochMs: number): HrTime {
  return [Math.trunc(epochMs / 1_000), (epochMs % 1_000) * 1e6];
}
