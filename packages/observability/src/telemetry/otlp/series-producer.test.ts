import * as sdk from '@opentelemetry/sdk-metrics';
import { describe, expect, it } from 'vitest';
import { Counts } from '../counts.ts';
import { capped, counter, gauge, histogram, upDownCounter } from '../metric.ts';
import { topic } from '../topic.ts';
import { telemetryTopic } from '../topics/telemetry.ts';
import { seriesProducer } from './series-producer.ts';

const TOWN = capped('mail.town');
const metrics = {
  sent: counter('mails_total', '{mail}', 'Mails.', TOWN),
  kept: upDownCounter('mails_kept', '{mail}', 'Kept.', TOWN),
  level: gauge('mail_level', '', 'Level.', TOWN),
  weight: histogram([1, 10])('mail_weight', '', 'Weights.', TOWN),
};
const mailTopic = topic({ metrics });

const { DELTA, CUMULATIVE } = sdk.AggregationTemporality;

function producing(temporality: sdk.AggregationTemporality) {
  const { table } = new Counts(
    {},
    {
      topicOf: (metric) => (Object.values(metrics).includes(metric as never) ? mailTopic : telemetryTopic),
    },
  );
  const isSum = (type: sdk.InstrumentType): boolean => type === 'COUNTER' || type === 'HISTOGRAM';
  const temporalityOf = (type: sdk.InstrumentType) => (isSum(type) ? temporality : CUMULATIVE);
  const producer = seriesProducer({ sdk, table, scope: 'ours', temporalityOf });
  const collect = async (): Promise<ReadonlyMap<string, sdk.MetricData>> => {
    const { resourceMetrics } = await producer.collect();
    return new Map(
      resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics).map((data) => [data.descriptor.name, data]),
    );
  };
  const count = (): void => {
    table.add(metrics.sent, ['a'], 2);
    table.add(metrics.kept, ['a'], -1);
    table.set(metrics.level, ['a'], 7);
    table.measure(metrics.weight, ['a'], 5);
  };
  const values = async (): Promise<Record<string, unknown>> => {
    const data = await collect();
    return Object.fromEntries(Object.values(metrics).map(({ name }) => [name, data.get(name)?.dataPoints[0]?.value]));
  };
  return { collect, count, values };
}

describe('what a collector gets', () => {
  it('is each series with its attributes, its kind and its description', async () => {
    const { collect, count } = producing(CUMULATIVE);
    count();
    const data = await collect();
    expect(data.get('mails_total')).toMatchObject({
      descriptor: { name: 'mails_total', unit: '{mail}', description: 'Mails.' },
      dataPointType: sdk.DataPointType.SUM,
      isMonotonic: true,
      aggregationTemporality: CUMULATIVE,
      dataPoints: [{ attributes: { 'mail.town': 'a' }, value: 2 }],
    });
    expect(data.get('mails_kept')).toMatchObject({ dataPointType: sdk.DataPointType.SUM, isMonotonic: false });
    expect(data.get('mail_level')).toMatchObject({ dataPointType: sdk.DataPointType.GAUGE });
    expect(data.get('mail_weight')).toMatchObject({
      dataPointType: sdk.DataPointType.HISTOGRAM,
      dataPoints: [{ value: { buckets: { boundaries: [1, 10], counts: [0, 1, 0] }, sum: 5, count: 1 } }],
    });
  });

  it('is the whole sum at each reading, unless it wants increases', async () => {
    const { count, values } = producing(CUMULATIVE);
    count();
    await values();
    count();
    expect(await values()).toEqual({
      mails_total: 4,
      mails_kept: -2,
      mail_level: 7,
      mail_weight: { buckets: { boundaries: [1, 10], counts: [0, 2, 0] }, sum: 10, count: 2 },
    });
  });

  it('is the increase since the reading before, if it wants increases', async () => {
    const { collect, count, values } = producing(DELTA);
    count();
    count();
    const first = await collect();
    expect(first.get('mails_total')).toMatchObject({ aggregationTemporality: DELTA, dataPoints: [{ value: 4 }] });
    count();
    expect(await values()).toEqual({
      mails_total: 2,
      mails_kept: -3,
      mail_level: 7,
      mail_weight: { buckets: { boundaries: [1, 10], counts: [0, 1, 0] }, sum: 5, count: 1 },
    });
    const third = await collect();
    expect(third.get('mails_total')?.dataPoints).toEqual([]); // nothing has changed
    expect(third.get('mails_kept')?.dataPoints).toHaveLength(1);
    count();
    const fourth = await collect();
    const [before, after] = [first, fourth].map((data) => data.get('mails_total')?.dataPoints[0]);
    expect(after?.value).toBe(2);
    expect(Number(after?.startTime[0])).toBeGreaterThanOrEqual(Number(before?.endTime[0]));
  });
});
