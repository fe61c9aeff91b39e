import { context, type Span, trace } from '@opentelemetry/api';
import { sequence, step, workflow } from 'tta-dev-primitives';
import { expect, it } from 'vitest';
import { telemetryForTest } from '../__fixtures__/telemetry-for-test.ts';

const IDS = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

/** A span of another provider, and the names of the methods that changed it. */
function foreignSpan(isRecording: boolean, traceFlags: number): { readonly span: Span; readonly changes: string[] } {
  const changes: string[] = [];
  const read = { spanContext: () => ({ ...IDS, traceFlags }), isRecording: () => isRecording };
  const span = new Proxy(read, {
    get: (target, name: keyof typeof read) => target[name] ?? (() => changes.push(name)),
  });
  return { span: span as unknown as Span, changes };
}

const failing = workflow(
  'failing',
  sequence(
    step('first', () => 1),
    step('broken', () => Promise.reject(new Error('broken'))),
  ),
);

it.each([
  ['not recorded and not sampled', false, 0],
  ['not recorded and sampled', false, 1],
  ['recorded and not sampled', true, 0],
  ['recorded and sampled', true, 1],
])(
  'leaves a span of another provider around the work to its owner, if it is %s',
  async (_which, isRecording, flags) => {
    for (const keep of [false, {}]) {
      const exporter = { export: () => {}, shutdown: async () => {} };
      await using _ = await telemetryForTest({
        ...{ environment: 'production', enablePrometheus: false, otlp: false, sampleRatio: 0 },
        traces: { keep, exporters: [exporter] },
      });
      const { span, changes } = foreignSpan(isRecording, flags);
      await context.with(trace.setSpan(context.active(), span), () => failing.execute(undefined).catch(() => {}));
      expect(changes).toEqual([]);
    }
  },
);
