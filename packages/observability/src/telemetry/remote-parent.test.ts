import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { step, WorkflowContext } from 'tta-dev-primitives';
import { expect, it } from 'vitest';
import { telemetryForTest } from '../apm/__fixtures__/telemetry-for-test.ts';
import { withRemoteParent } from './remote-parent.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const metadata = { traceparent: `00-${TRACE_ID}-${SPAN_ID}-01`, tracestate: 'vendor=1' };

it('takes the span of the caller as the parent', () => {
  const parent = trace.getSpanContext(withRemoteParent(ROOT_CONTEXT, new WorkflowContext({ metadata })));
  expect(parent).toMatchObject({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1, isRemote: true });
  expect(parent?.traceState?.get('vendor')).toBe('1');
});

it('leaves a span that is active', () => {
  const active = trace.setSpanContext(ROOT_CONTEXT, { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 0 });
  expect(withRemoteParent(active, new WorkflowContext({ metadata }))).toBe(active);
});

it('leaves everything where there is no caller', () => {
  expect(withRemoteParent(context.active(), new WorkflowContext())).toBe(context.active());
});

it('makes the outermost span of a workflow a child of the caller, and the others children of that', async () => {
  await using telemetry = await telemetryForTest();
  const inner = step('inner', () => 1);
  const outer = step('outer', (_, workflow) => inner.execute(undefined, workflow));
  await outer.execute(undefined, new WorkflowContext({ metadata }));
  const [first, second] = telemetry.handle.finishedSpans();
  expect(second).toMatchObject({ traceId: TRACE_ID, parentSpanId: SPAN_ID });
  expect(first).toMatchObject({ traceId: TRACE_ID, parentSpanId: second?.spanId });
});
