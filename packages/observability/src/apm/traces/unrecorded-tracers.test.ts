import { context, propagation, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { sequence, step, WorkflowContext } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { logFields } from '../../telemetry/log-fields.ts';
import { telemetryForTest } from '../__fixtures__/telemetry-for-test.ts';
import { installedSdk, type SdkLoader } from '../sdk.ts';

const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;
const NOWHERE = { environment: 'production', otlp: false, enablePrometheus: false } as const;

/** Fails where a package for spans is loaded. */
const WITHOUT_SPANS: SdkLoader = {
  ...installedSdk,
  loadTraces: () => Promise.reject(new Error('loaded')),
  loadOtlp: () => Promise.reject(new Error('loaded')),
};

/** The headers that a request to another service would get here. */
function outgoing(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}

describe('the traces of a process that sends no span anywhere', () => {
  it('load no package for spans', async () => {
    await using telemetry = await telemetryForTest(NOWHERE, {}, WITHOUT_SPANS);
    expect(telemetry.handle).toMatchObject({ state: 'active', problems: [] });
    await step('any', () => 1).execute(undefined);
    expect(await telemetry.read('workflow_executions_total{workflow="any",outcome="success"}')).toBe(1);
  });

  it('load the packages for spans once a span is to be sent', async () => {
    await using telemetry = await telemetryForTest({ ...NOWHERE, enableConsoleTraces: true }, {}, WITHOUT_SPANS);
    expect(telemetry.handle.problems.map(String)).toEqual([expect.stringContaining('loaded')]);
    await step('any', () => 1).execute(undefined);
    expect(await telemetry.read('workflow_executions_total{workflow="any",outcome="success"}')).toBe(1);
  });

  it('give all lines of the log of a workflow the same ids', async () => {
    await using _telemetry = await telemetryForTest(NOWHERE, {}, WITHOUT_SPANS);
    const workflow = step('outer', logFields).pipe(step('inner', (outer) => [outer, logFields()]));
    const [first, second] = await workflow.execute(undefined);
    expect(first).toMatchObject({ trace_id: expect.stringMatching(TRACE_ID), span_id: expect.stringMatching(SPAN_ID) });
    expect(first).toMatchObject({ trace_flags: '00' });
    expect(second?.trace_id).toBe(first?.trace_id);
    const [other] = await workflow.execute(undefined);
    expect(other?.trace_id).not.toBe(first?.trace_id);
  });

  it('hand a trace from another service on as it came', async () => {
    await using _telemetry = await telemetryForTest(NOWHERE, {}, WITHOUT_SPANS);
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const incoming = new WorkflowContext({ metadata: { traceparent } });
    expect(await step('any', outgoing).execute(undefined, incoming)).toEqual({ traceparent });
  });

  it('begin a trace for a span of other code, which the work inside it belongs to', async () => {
    await using telemetry = await telemetryForTest(NOWHERE, {}, WITHOUT_SPANS);
    const tracer = telemetry.observability.tracer('other');
    const [id, inside] = await tracer.startActiveSpan('request', async (span) => {
      const fields = await step('any', logFields).execute(undefined);
      return [span.spanContext().traceId, fields.trace_id];
    });
    expect(id).toMatch(TRACE_ID);
    expect(inside).toBe(id);
    const root = tracer.startActiveSpan('root', { root: true }, (span) => span);
    const child = tracer.startActiveSpan('child', {}, trace.setSpan(context.active(), root), (span) => span);
    expect(child.spanContext()).toEqual(root.spanContext());
    expect([root.isRecording(), root.spanContext().traceFlags]).toEqual([false, 0]);
    expect(await telemetry.handle.flush()).toBe(true);
  });

  it('have one span for all executions of a workflow', async () => {
    await using _telemetry = await telemetryForTest(NOWHERE, {}, WITHOUT_SPANS);
    const active = () => trace.getSpan(context.active());
    const [outer, inner] = await sequence(
      step('outer', active),
      step('inner', (span) => [span, active()]),
    ).execute(undefined);
    expect(inner).toBeDefined();
    expect(inner).toBe(outer);
  });

  it('leave the span of another provider around them to the code that began it', async () => {
    await using telemetry = await telemetryForTest(NOWHERE, {}, WITHOUT_SPANS);
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    const outer = provider.getTracer('other').startSpan('outer');
    const inner = telemetry.observability.tracer('lib').startSpan('inner', {}, trace.setSpan(context.active(), outer));
    expect(inner.spanContext()).toEqual(outer.spanContext());
    inner.setAttribute('x', 1).updateName('renamed').end();
    expect(outer.isRecording()).toBe(true);
    outer.end();
    expect(exporter.getFinishedSpans()).toMatchObject([{ name: 'outer', attributes: {} }]);
    await provider.shutdown();
  });
});
