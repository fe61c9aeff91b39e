import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { expect, it } from 'vitest';
import { collectedLines } from './collected-lines.ts';

class TestReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** The lines of what the meters `a` and `b` have measured. */
async function linesOf(use: (meter: ReturnType<MeterProvider['getMeter']>, index: number) => void): Promise<string[]> {
  const reader = new TestReader();
  const provider = new MeterProvider({ readers: [reader] });
  ['a', 'b'].forEach((name, index) => {
    use(provider.getMeter(name), index + 1);
  });
  const { resourceMetrics } = await reader.collect();
  const page = [...collectedLines(resourceMetrics, new Set(), 'text')].join('');
  return page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

it('adds up the counters of two meters that have the same name and labels', async () => {
  const lines = await linesOf((meter, n) => {
    meter.createCounter('jobs').add(n);
    meter.createUpDownCounter('stock').add(-n, { shelf: 'top' });
    meter.createCounter('told_apart').add(n, { n });
  });
  expect(lines).toEqual([
    'jobs_total 3',
    'stock{shelf="top"} -3',
    'told_apart_total{n="1"} 1',
    'told_apart_total{n="2"} 2',
  ]);
});

it('adds up attributes of one counter that are the same label', async () => {
  const lines = await linesOf((meter, n) => {
    if (n === 1) meter.createCounter('jobs').add(1, { 'a.b': 'x' });
    else meter.createCounter('jobs').add(2, { a_b: 'x' });
  });
  expect(lines).toEqual(['jobs_total{a_b="x"} 3']);
});

it('adds up histograms with the same buckets', async () => {
  const lines = await linesOf((meter, n) =>
    meter.createHistogram('sizes', { advice: { explicitBucketBoundaries: [1] } }).record(n),
  );
  expect(lines).toEqual(['sizes_bucket{le="1"} 1', 'sizes_bucket{le="+Inf"} 2', 'sizes_sum 3', 'sizes_count 2']);
});

it('tells gauges, and histograms with different buckets, apart by their meters', async () => {
  const lines = await linesOf((meter, n) => {
    meter.createGauge('depth').record(n);
    meter.createHistogram('sizes', { advice: { explicitBucketBoundaries: [n] } }).record(5);
  });
  expect(lines).toEqual([
    'depth{otel_scope_name="a"} 1',
    'depth{otel_scope_name="b"} 2',
    'sizes_bucket{otel_scope_name="a",le="1"} 0',
    'sizes_bucket{otel_scope_name="a",le="+Inf"} 1',
    'sizes_sum{otel_scope_name="a"} 5',
    'sizes_count{otel_scope_name="a"} 1',
    'sizes_bucket{otel_scope_name="b",le="2"} 0',
    'sizes_bucket{otel_scope_name="b",le="+Inf"} 1',
    'sizes_sum{otel_scope_name="b"} 5',
    'sizes_count{otel_scope_name="b"} 1',
  ]);
});

it('never prints a series twice, even of two instruments of one meter', async () => {
  const lines = await linesOf((meter) => {
    meter.createGauge('queue.depth').record(1);
    meter.createGauge('queue_depth').record(2);
  });
  expect(lines).toEqual(['queue_depth{otel_scope_name="a"} 1', 'queue_depth{otel_scope_name="b"} 1']);
});
