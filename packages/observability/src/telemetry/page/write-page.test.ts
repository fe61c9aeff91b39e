import { spawnSync } from 'node:child_process';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { describe, expect, it } from 'vitest';
import { promtool } from '../../../../../scripts/services/promtool.ts';
import { Counts } from '../counts.ts';
import { capped, counter, histogram, upDownCounter } from '../metric.ts';
import { topic } from '../topic.ts';
import { telemetryTopic } from '../topics/telemetry.ts';
import type { PageFormat } from './page-format.ts';
import { pageText, writePage } from './write-page.ts';

const metrics = {
  sent: counter('mail.sent', '{mail}', 'Mails that were sent.', capped('mail.town')),
  kept: upDownCounter('mails_kept', '{mail}', 'Mails that are kept.'),
  seconds: histogram([0.5, 2])('mail_seconds', 's', 'Time of a "mail",\nby town.', capped('town')),
};
const mailTopic = topic({ metrics });

const counts = (): Counts =>
  new Counts(
    {},
    {
      topicOf: (metric) => (Object.values(metrics).includes(metric as never) ? mailTopic : telemetryTopic),
    },
  );

const write = async (counted: Counts, format: PageFormat, collected?: Collected): Promise<string> =>
  pageText(await writePage({ resource: { 'service.name': 'x' }, table: counted.table, collected }, format));

const EXEMPLAR = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), value: 1.5, epochMs: 1_700_000_000_250 };

function counted(): Counts {
  const some = counts();
  some.table.add(metrics.sent, ['a "b"\\\nc'], 2);
  some.table.add(metrics.kept, [], -3);
  some.table.measure(metrics.seconds, ['a'], 0.25);
  some.table.measure(metrics.seconds, ['a'], 1.5, EXEMPLAR);
  some.table.measure(metrics.seconds, ['a'], 5);
  return some;
}

const BUCKETS = ['le="0.5"} 1', 'le="2"} 2', 'le="+Inf"} 3'].map((end) => `mail_seconds_bucket{town="a",${end}`);

type Collected = Awaited<ReturnType<MetricReader['collect']>>['resourceMetrics'];

class TestReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** What the SDK collects of instruments that `use` makes. */
async function collectedFrom(use: (provider: MeterProvider) => void): Promise<Collected> {
  const reader = new TestReader();
  use(new MeterProvider({ readers: [reader] }));
  return (await reader.collect()).resourceMetrics;
}

describe('a page of metrics', () => {
  it("is Prometheus's text format, whose families are named as their lines", async () => {
    expect(await write(counted(), 'text')).toBe(
      [
        '# HELP target_info Target metadata',
        '# TYPE target_info gauge',
        'target_info{service_name="x"} 1',
        '# HELP telemetry_errors_total Facts that could not be recorded.',
        '# TYPE telemetry_errors_total counter',
        'telemetry_errors_total 0',
        '# HELP mail_sent_total Mails that were sent.',
        '# TYPE mail_sent_total counter',
        'mail_sent_total{mail_town="a \\"b\\"\\\\\\nc"} 2',
        '# HELP mails_kept Mails that are kept.',
        '# TYPE mails_kept gauge',
        'mails_kept -3',
        '# HELP mail_seconds Time of a "mail",\\nby town.',
        '# TYPE mail_seconds histogram',
        ...BUCKETS,
        'mail_seconds_sum{town="a"} 6.75',
        'mail_seconds_count{town="a"} 3',
        '',
      ].join('\n'),
    );
  });

  it('is OpenMetrics with units, an end, and the traces of values', async () => {
    const [first, second, third] = BUCKETS;
    const exemplar = `{trace_id="${EXEMPLAR.traceId}",span_id="${EXEMPLAR.spanId}"} 1.5 1700000000.25`;
    expect(await write(counted(), 'openmetrics')).toBe(
      [
        '# HELP target Target metadata',
        '# TYPE target info',
        'target_info{service_name="x"} 1',
        '# HELP telemetry_errors Facts that could not be recorded.',
        '# TYPE telemetry_errors counter',
        'telemetry_errors_total 0',
        '# HELP mail_sent Mails that were sent.',
        '# TYPE mail_sent counter',
        'mail_sent_total{mail_town="a \\"b\\"\\\\\\nc"} 2',
        '# HELP mails_kept Mails that are kept.',
        '# TYPE mails_kept gauge',
        'mails_kept -3',
        '# HELP mail_seconds Time of a "mail",\\nby town.',
        '# TYPE mail_seconds histogram',
        '# UNIT mail_seconds seconds',
        first,
        `${second} # ${exemplar}`,
        third,
        'mail_seconds_sum{town="a"} 6.75',
        'mail_seconds_count{town="a"} 3',
        '# EOF',
        '',
      ].join('\n'),
    );
  });

  it('shows the instruments of users after ours, and none that has a name of ours', async () => {
    const collected = await collectedFrom((provider) => {
      const meter = provider.getMeter('user');
      meter.createCounter('orders', { description: 'Orders.' }).add(2, { 'a.b': 1, a_b: 'x' });
      meter.createUpDownCounter('stock').add(-1);
      meter.createHistogram('sizes', { advice: { explicitBucketBoundaries: [1] } }).record(3, { ok: true });
      meter.createCounter('mail_sent').add(1);
      meter.createUpDownCounter('mail_seconds').add(1);
      meter.createGauge('mail_seconds_sum').record(1);
    });
    const page = await write(counted(), 'text', collected);
    expect(page.slice(page.indexOf('mail_seconds_count'))).toBe(
      [
        'mail_seconds_count{town="a"} 3',
        '# HELP orders_total Orders.',
        '# TYPE orders_total counter',
        'orders_total{a_b="1;x"} 2',
        '# HELP stock description missing',
        '# TYPE stock gauge',
        'stock -1',
        '# HELP sizes description missing',
        '# TYPE sizes histogram',
        'sizes_bucket{ok="true",le="1"} 0',
        'sizes_bucket{ok="true",le="+Inf"} 1',
        'sizes_sum{ok="true"} 3',
        'sizes_count{ok="true"} 1',
        '',
      ].join('\n'),
    );
  });

  it('names a metric once that two scopes have', async () => {
    const collected = await collectedFrom((provider) => {
      provider.getMeter('one').createCounter('orders').add(1, { from: 'one' });
      provider.getMeter('two').createCounter('orders').add(2, { from: 'two' });
      provider.getMeter('three').createUpDownCounter('orders_total').add(3, { from: 'three' });
    });
    const page = await write(counts(), 'text', collected);
    expect(page.match(/# TYPE orders_total/g)).toHaveLength(1);
    expect(page).toContain('orders_total{from="one"} 1\norders_total{from="two"} 2\n');
    expect(page).not.toContain('three');
  });

  it('is a page that promtool accepts', (test) => {
    const command = promtool();
    // Only on a machine of a contributor who cannot install it: with REQUIRE_SERVICES=1, as in CI, promtool() throws instead.
    if (command === undefined) return test.skip('promtool is not installed');
    return write(counted(), 'text').then((input) => {
      const { status, stdout, stderr } = spawnSync(command, ['check', 'metrics'], { input, encoding: 'utf8' });
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    });
  });
});
