import { type Attributes, context as contexts, type Tracer, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { sequence, WorkflowContext } from 'tta-dev-primitives';
import { initializeObservability, type ObservabilityOptions } from 'tta-observability-integration';
import type { Comparison } from './harness.ts';
import { breaker, increment, named, router, timeout } from './metrics.ts';

const context = new WorkflowContext({ workflowId: 'w', correlationId: 'c' });
const workflow = sequence(named, timeout, breaker, router);
const run = (): Promise<number> => workflow.execute(1, context);

const nowhere = {
  export: (_spans: unknown, done: (result: { code: number }) => void) => done({ code: 0 }),
  shutdown: async () => {},
};

const telemetry = (options: ObservabilityOptions) => async (): Promise<() => Promise<unknown>> => {
  const handle = await initializeObservability({
    ...{ environment: 'production', enablePrometheus: false, otlp: false, traces: { exporters: [nowhere] } },
    ...options,
  });
  return () => handle.shutdown();
};

/** How many attributes the spans of the workflow have, outermost first, and the depth at which each stands. */
const SPANS: readonly { readonly depth: number; readonly attributes: number }[] = [
  { depth: 0, attributes: 6 },
  { depth: 1, attributes: 3 },
  { depth: 1, attributes: 7 },
  { depth: 1, attributes: 6 },
  { depth: 1, attributes: 6 },
  { depth: 2, attributes: 6 },
];

let raw: Tracer | undefined;

const rawTracing = async (): Promise<() => Promise<unknown>> => {
  const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter: nowhere })] });
  contexts.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  raw = provider.getTracer('raw');
  return () => {
    contexts.disable();
    return provider.shutdown();
  };
};

/** The same work, with spans of OpenTelemetry's SDK around its parts that a programmer would start by hand. */
async function runRaw(): Promise<number> {
  await span(0, async () => {
    for (let index = 1; index < SPANS.length; index += 1) {
      await span(index, async () => {
        if (SPANS[index + 1]?.depth === 2) await span((index += 1), increment);
      });
    }
  });
  return run();
}

async function span(index: number, work: (value: number) => Promise<unknown>): Promise<void> {
  const started = raw?.startSpan(`span ${index}`);
  if (started === undefined) return;
  const active = trace.setSpan(contexts.active(), started);
  await contexts.with(active, () => work(index));
  const attributes: Attributes = {};
  for (let n = 0; n < (SPANS[index]?.attributes ?? 0); n += 1) attributes[`attribute.${n}`] = 'value';
  started.setAttributes(attributes);
  started.end();
}

/** What traces cost, next to what they would cost otherwise. */
export const TRACING: readonly Comparison[] = [
  {
    name: 'workflow of 6 spans, sampled, beside spans of the SDK',
    ...{ work: run, other: runRaw, steps: SPANS.length, aroundOther: rawTracing },
    around: telemetry({ sampleRatio: 1 }),
    allowedRatio: 1.5,
  },
  {
    name: 'workflow of 6 spans, not sampled, beside metrics only',
    ...{ work: run, other: run, steps: SPANS.length },
    around: telemetry({ sampleRatio: 0 }),
    aroundOther: telemetry({ level: 'off' }),
    allowedRatio: 2.2,
    targetRatio: 1.7,
  },
];
