import { context, createNoopMeter, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { sequence } from 'tta-dev-primitives';
import { afterEach, describe, expect, it } from 'vitest';
import { stating } from './__fixtures__/stating-primitive.ts';
import { telemetryForTest } from './__fixtures__/telemetry-for-test.ts';
import type { ObservabilityOptions } from './options.ts';
import { installedSdk } from './sdk.ts';

const lookup = stating('cache', 'lookup', (note) => {
  note('cache.operation', 'a');
  note('cache.outcome', 'hit');
});

const spans = new InMemorySpanExporter();
const tracing = new SimpleSpanProcessor({ exporter: spans });
const tracers = new TracerProvider({ spanProcessors: [tracing] });

function hostMetrics(): { provider: MeterProvider; names(): Promise<readonly string[]> } {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
  return {
    provider,
    async names() {
      exporter.reset();
      await provider.forceFlush();
      return exporter
        .getMetrics()
        .flatMap(({ scopeMetrics }) =>
          scopeMetrics.flatMap(({ metrics: exported }) =>
            exported.filter(({ dataPoints }) => dataPoints.length > 0).map(({ descriptor }) => descriptor.name),
          ),
        );
    },
  };
}

afterEach(() => {
  spans.reset();
  trace.disable();
  metrics.disable();
  context.disable();
});

describe('in a process that has providers of its own', () => {
  it.each<[string, ObservabilityOptions]>([
    ['traces.exporters, traces.file', { traces: { exporters: [spans], file: 'traces.jsonl' } }],
    ['otlp, sampleRatio', { otlp: 'http://localhost:4318', sampleRatio: 0.1 }],
    ['enableConsoleTraces, traces.keep', { enableConsoleTraces: true, traces: { keep: { failed: true } } }],
    ['traces.keep, traces.spanProcessors', { traces: { keep: false, spanProcessors: [tracing] } }],
  ])('says that it cannot use %s there', async (names, options) => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(tracers);
    await using telemetry = await telemetryForTest(options);
    expect(telemetry.handle.problems.map(String)).toEqual([
      `the process has providers of its own, so ${names} had no effect`,
    ]);
  });

  it('lists no problem for options that a host leaves their effect', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(tracers);
    const options = { otlp: false, enableConsoleTraces: false, level: 'minimal' } as const;
    await using telemetry = await telemetryForTest({ ...options, traces: { extras: ['langfuse'] } });
    expect(telemetry.handle).toMatchObject({ state: 'attached', problems: [] });
  });

  it('traces and measures through them, and registers nothing', async () => {
    const host = hostMetrics();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(tracers);
    metrics.setGlobalMeterProvider(host.provider);
    {
      await using telemetry = await telemetryForTest();
      expect(telemetry.handle).toMatchObject({ state: 'attached', problems: [] });
      expect(metrics.getMeterProvider()).toBe(host.provider);
      await sequence((_: number) => undefined, lookup).execute(1);
      expect(spans.getFinishedSpans().map(({ name }) => name)).toEqual([
        'step',
        'cache a',
        'invoke_workflow step > lookup',
      ]);
      expect(await host.names()).toEqual(expect.arrayContaining(['cache_hits_total', 'cache_latency_seconds']));
      expect(await telemetry.read('cache_hits_total{operation="a"}')).toBe(1);
    }
    expect(metrics.getMeterProvider()).toBe(host.provider);
    expect(trace.getTracer('host').startSpan('still alive').isRecording()).toBe(true);
  });

  it('opens no port of its own unless it is asked for one', async () => {
    metrics.setGlobalMeterProvider(hostMetrics().provider);
    const development = { environment: 'development', enableConsoleTraces: false };
    {
      await using telemetry = await telemetryForTest(development);
      expect(telemetry.handle.metricsUrl).toBeNull();
    }
    await using telemetry = await telemetryForTest({ ...development, prometheusPort: 0 });
    expect((await fetch(telemetry.handle.metricsUrl ?? '')).status).toBe(200);
  });

  it('has a page of metrics when the host has only traces', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(tracers);
    await using telemetry = await telemetryForTest({ enablePrometheus: true, prometheusPort: 0 });
    await lookup.execute(undefined);
    expect(await (await fetch(telemetry.handle.metricsUrl ?? '')).text()).toContain('cache_hits_total');
    expect(spans.getFinishedSpans().map(({ name }) => name)).toEqual(['cache a']);
  });

  it('says what the host lacks', async () => {
    trace.setGlobalTracerProvider(tracers);
    {
      await using telemetry = await telemetryForTest();
      expect(telemetry.handle.problems.map(String)).toEqual([expect.stringContaining('no context manager')]);
    }
    trace.disable();
    metrics.setGlobalMeterProvider(hostMetrics().provider);
    await using telemetry = await telemetryForTest();
    expect(telemetry.handle).toMatchObject({ state: 'attached' });
    expect(telemetry.handle.problems.map(String)).toEqual([expect.stringContaining('nothing is traced')]);
  });

  it('says so when the host does not let it go', async () => {
    const meter = Object.assign(createNoopMeter(), {
      removeBatchObservableCallback: () => {
        throw new Error('not now');
      },
    });
    metrics.setGlobalMeterProvider({ getMeter: () => meter });
    await using telemetry = await telemetryForTest();
    expect(await telemetry.handle.shutdown()).toBe(false);
    expect(telemetry.handle.problems.at(-1)).toMatchObject({ code: 'failed' });
    expect(String(telemetry.handle.problems.at(-1))).toContain('not now');
  });

  it('attaches to a host that registers while the packages load', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const load = () => {
      trace.setGlobalTracerProvider(tracers);
      return installedSdk.load();
    };
    await using telemetry = await telemetryForTest({}, {}, { ...installedSdk, load });
    expect(telemetry.handle).toMatchObject({ state: 'attached', problems: [] });
  });

  it('attaches without the SDK packages, which the host may have elsewhere', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(tracers);
    const missing = Object.assign(new Error('not here'), { code: 'ERR_MODULE_NOT_FOUND' });
    const load = () => Promise.reject(missing);
    await using telemetry = await telemetryForTest({}, {}, { load, loadTraces: load, loadOtlp: load });
    const message = expect.stringContaining('for metricsText() and /metrics: npm install');
    expect(telemetry.handle).toMatchObject({ state: 'attached', problems: [{ code: 'missing_package', message }] });
    await lookup.execute(undefined);
    expect(spans.getFinishedSpans()).toHaveLength(1);
  });
});
