import { context, trace } from '@opentelemetry/api';
import { step, workflow } from 'tta-dev-primitives';
import { expect, it } from 'vitest';
import { otlpReceiver } from '../__fixtures__/otlp-receiver.ts';
import { telemetryForTest } from '../__fixtures__/telemetry-for-test.ts';

it('ends a span of another library in the trace that it was counted in, and not in a later one with its id', async () => {
  await using receiver = await otlpReceiver();
  await using telemetry = await telemetryForTest({
    ...{ environment: 'production', enablePrometheus: false, sampleRatio: 0 },
    otlp: receiver.endpoint,
    traces: { keep: { maxTraces: 1 } },
  });
  const tracer = telemetry.observability.tracer('http');
  const server = tracer.startSpan('POST /chat');
  tracer.startSpan('evicts the trace of the server', { root: true }).end();
  expect(await telemetry.read('telemetry_traces_evicted_total')).toBe(1);
  const { promise: gate, reject } = Promise.withResolvers<never>();
  const asking = workflow(
    'asking',
    step('ask', async (_: number, around) => {
      await step('inner', () => 1).execute(undefined, around);
      await gate;
    }),
  );
  const open = context.with(trace.setSpan(context.active(), server), () => asking.execute(1)).catch(() => {});
  await new Promise(setImmediate);
  server.end();
  reject(new Error('no'));
  await open;
  await telemetry.handle.flush();
  expect(receiver.spans.map(({ name }) => name).toSorted()).toEqual(['ask', 'inner', 'invoke_workflow asking']);
});
