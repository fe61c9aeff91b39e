import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { RetryPrimitive, sequence, step, workflow } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { modelCall } from '../../llm/call/model-call.ts';
import { otlpReceiver } from '../__fixtures__/otlp-receiver.ts';
import { stating } from '../__fixtures__/stating-primitive.ts';
import { telemetryForTest } from '../__fixtures__/telemetry-for-test.ts';
import type { ObservabilityOptions } from '../options.ts';

const production = (endpoint: string, options: ObservabilityOptions = {}) =>
  telemetryForTest({ environment: 'production', enablePrometheus: false, otlp: endpoint, sampleRatio: 0, ...options });

const fine = workflow(
  'fine',
  sequence(
    step('first', (n: number) => n),
    step('second', (n: number) => n + 1),
  ),
);

const failing = workflow(
  'failing',
  sequence(
    step('first', (n: number) => n),
    step('broken', (): never => {
      throw new RangeError('broken');
    }),
  ),
);

const settled = (work: Promise<unknown>): Promise<unknown> => work.then(String, String);

const answer = {
  ...{ id: 'c', object: 'chat.completion', model: 'gpt-4o-mini' },
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1_000_000, completion_tokens: 1_000_000, total_tokens: 2_000_000 },
};

describe('traces that the ratio leaves out', () => {
  it('keeps every one of 500 failures at a ratio of 0.1, whole and flagged as sampled', async () => {
    await using receiver = await otlpReceiver();
    await using telemetry = await production(receiver.endpoint, { sampleRatio: 0.1 });
    for (let n = 0; n < 500; n += 1) await settled(failing.execute(n));
    expect(await telemetry.handle.flush(30_000)).toBe(true);
    const roots = receiver.spans.filter(({ name }) => name === 'invoke_workflow failing');
    expect(new Set(roots.map(({ traceId }) => traceId)).size).toBe(500);
    expect(receiver.spans).toHaveLength(1_500);
    expect(receiver.spans.every(({ isSampled }) => isSampled)).toBe(true);
    const kept = roots.filter(({ attributes }) => attributes['tta.sampling.kept_because'] === 'error');
    expect(kept.length).toBeGreaterThan(400); // the ratio keeps the others
    expect(await telemetry.read('telemetry_traces_kept_total{reason="error"}')).toBe(kept.length);
  });

  it('drops what ends well, and what a retry made good', async () => {
    await using receiver = await otlpReceiver();
    await using telemetry = await production(receiver.endpoint);
    await fine.execute(1);
    let tries = 0;
    const flaky = step('flaky', () => {
      tries += 1;
      if (tries === 1) throw new Error('once');
    });
    await workflow('mended', new RetryPrimitive(flaky, { backoff: () => 0, retryIf: () => true })).execute(undefined);
    await telemetry.handle.flush();
    expect(receiver.spans).toEqual([]);
  });

  it('keeps a slow workflow, and one that is expensive', async () => {
    await using receiver = await otlpReceiver();
    const keep = { slowerThanMs: 20, costlierThanUsd: 0.5 };
    await using telemetry = await production(receiver.endpoint, { traces: { keep } });
    await workflow('slow', () => new Promise((resolve) => setTimeout(resolve, 40))).execute(undefined);
    const ask = modelCall(() => answer, { provider: 'openai' });
    await workflow('expensive', ask).execute({ model: 'gpt-4o-mini', messages: [] });
    await telemetry.handle.flush();
    const because = receiver.spans.map(({ name, attributes }) => [name, attributes['tta.sampling.kept_because']]);
    expect(because.filter(([, reason]) => reason !== undefined)).toEqual([
      ['invoke_workflow slow', 'slow'],
      ['invoke_workflow expensive', expect.stringMatching(/cost|slow/)],
    ]);
  });

  it('keeps nothing beyond the ratio when that is asked for', async () => {
    await using receiver = await otlpReceiver();
    await using telemetry = await production(receiver.endpoint, { traces: { keep: false } });
    await settled(failing.execute(1));
    await telemetry.handle.flush();
    expect(receiver.spans).toEqual([]);
  });

  it('waits for work that outlives its workflow, and keeps it too', async () => {
    await using receiver = await otlpReceiver();
    await using telemetry = await production(receiver.endpoint);
    const { promise: late, resolve } = Promise.withResolvers<void>();
    let background: Promise<unknown> | undefined;
    const leaving = workflow(
      'leaving',
      step('start', (_: number, around) => {
        background = step('late', () => late).execute(undefined, around);
        throw new Error('left');
      }),
    );
    await settled(leaving.execute(1));
    resolve();
    await background;
    await telemetry.handle.flush();
    expect(receiver.spans.map(({ name }) => name).toSorted()).toEqual(['invoke_workflow leaving', 'late', 'start']);
  });

  it('keeps the spans of other libraries in a trace that is kept', async () => {
    await using receiver = await otlpReceiver();
    await using telemetry = await production(receiver.endpoint);
    const tracer = () => telemetry.observability.tracer('http');
    const server = tracer().startSpan('POST /chat');
    const asking = workflow(
      'asking',
      step('ask', () => {
        tracer().startSpan('GET').end();
        throw new Error('no');
      }),
    );
    await settled(context.with(trace.setSpan(context.active(), server), () => asking.execute(undefined)));
    server.end();
    await telemetry.handle.flush();
    expect(receiver.spans.map(({ name }) => name).toSorted()).toEqual([
      ...['GET', 'POST /chat', 'ask', 'invoke_workflow asking'],
    ]);
    expect(new Set(receiver.spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(receiver.spans.every(({ isSampled }) => isSampled)).toBe(true);
  });

  it('tells other processes that the trace is not sampled while it is not known', async () => {
    await using receiver = await otlpReceiver();
    await using telemetry = await production(receiver.endpoint);
    const sent: Record<string, string> = {};
    await step('send', () => propagation.inject(context.active(), sent)).execute(undefined);
    expect(sent['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(telemetry.handle.state).toBe('active');
  });

  it.each([
    ['sampled', '01', ['first', 'second', 'invoke_workflow fine']],
    ['not sampled', '00', []],
  ])('follows a parent in another process that is %s', async (_, flags, names) => {
    await using receiver = await otlpReceiver();
    await using telemetry = await production(receiver.endpoint);
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const incoming = { traceparent: `00-${traceId}-00f067aa0ba902b7-${flags}` };
    await context.with(propagation.extract(ROOT_CONTEXT, incoming), () => fine.execute(1));
    await telemetry.handle.flush();
    expect(receiver.spans.map(({ name }) => name)).toEqual(names);
    expect(receiver.spans.every((span) => span.traceId === traceId)).toBe(true);
    const root = receiver.spans.at(-1);
    if (root !== undefined) expect(root.parentSpanId).toBe('00f067aa0ba902b7');
  });

  it('keeps a failed workflow under a parent that is not sampled', async () => {
    await using receiver = await otlpReceiver();
    await using telemetry = await production(receiver.endpoint);
    const incoming = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00' };
    await settled(context.with(propagation.extract(ROOT_CONTEXT, incoming), () => failing.execute(1)));
    await telemetry.handle.flush();
    expect(receiver.spans).toHaveLength(3);
  });

  it('decides early on the oldest traces when too many are open, counts them, and still keeps a root that fails later', async () => {
    await using receiver = await otlpReceiver();
    await using telemetry = await production(receiver.endpoint, { traces: { keep: { maxTraces: 10 } } });
    const { promise: gate, reject } = Promise.withResolvers<never>();
    const waiting = workflow(
      'waiting',
      step('wait', () => gate),
    );
    const all = Array.from({ length: 100 }, () => settled(waiting.execute(undefined)));
    expect(await telemetry.read('telemetry_traces_evicted_total')).toBe(90);
    reject(new Error('all of them'));
    await Promise.all(all);
    await telemetry.handle.flush();
    const names = receiver.spans.map(({ name }) => name);
    expect(names.filter((name) => name === 'invoke_workflow waiting')).toHaveLength(100);
    expect(names.filter((name) => name === 'wait')).toHaveLength(10);
  });

  it.each([
    ['spans', { maxSpans: 50 }, 'short'],
    ['memory', { maxBytes: 100_000 }, 'x'.repeat(3_000)],
  ])('decides early when too much %s waits', async (_, keep, text) => {
    await using receiver = await otlpReceiver();
    await using telemetry = await production(receiver.endpoint, { traces: { keep } });
    const many = step('many', async (_: unknown, around) => {
      for (let n = 0; n < 60; n += 1)
        await stating('greeting', 'say', (note) => note('cache.operation', `${n}${text}`)).execute(undefined, around);
    });
    await many.execute(undefined);
    expect(await telemetry.read('telemetry_traces_evicted_total')).toBe(1);
    await fine.execute(1);
    expect(await telemetry.read('telemetry_traces_evicted_total')).toBe(1);
  });

  it('goes on waiting for what is open when it is flushed, and keeps all of it if its workflow fails afterwards', async () => {
    await using receiver = await otlpReceiver();
    await using telemetry = await production(receiver.endpoint);
    const { promise: gate, reject } = Promise.withResolvers<never>();
    const outer = workflow(
      'outer',
      step('hold', async (_: number, around) => {
        await step('child', () => 1).execute(undefined, around);
        await gate;
      }),
    );
    const open = settled(outer.execute(1));
    await new Promise(setImmediate);
    await telemetry.handle.flush();
    reject(new Error('late'));
    await open;
    await telemetry.handle.flush();
    expect(receiver.spans.map(({ name }) => name)).toEqual(['child', 'hold', 'invoke_workflow outer']);
  });

  it('decides on what is open at the shutdown', async () => {
    await using receiver = await otlpReceiver();
    await using telemetry = await production(receiver.endpoint, { traces: { keep: { slowerThanMs: 1 } } });
    const span = telemetry.observability.tracer('http').startSpan('POST /chat');
    const slow = workflow('slow', () => new Promise((resolve) => setTimeout(resolve, 20)));
    await context.with(trace.setSpan(context.active(), span), () => slow.execute(1));
    await telemetry.handle.shutdown();
    expect(receiver.spans.map(({ name }) => name)).toEqual(['step', 'invoke_workflow slow']);
  });
});

describe('what users give', () => {
  it('hands every kept span to their processors and exporters, and tells processors of each start', async () => {
    const names: string[] = [];
    const spanProcessor = {
      onStart: (span: { setAttribute(name: string, value: string): void }) => span.setAttribute('team', 'search'),
      onEnd: (span: { name: string; attributes: object }) =>
        void names.push(`processor ${span.name}`, JSON.stringify(span.attributes)),
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const exporter = {
      export(spans: readonly { name: string }[], done: (result: { code: number }) => void) {
        names.push(...spans.map(({ name }) => `exporter ${name}`));
        done({ code: 0 });
      },
      shutdown: async () => {},
    };
    const traces = { spanProcessors: [spanProcessor], exporters: [exporter] };
    await using telemetry = await telemetryForTest({
      environment: 'production',
      enablePrometheus: false,
      sampleRatio: 1,
      traces,
    });
    await step('work', () => 1).execute(undefined);
    await telemetry.handle.flush();
    expect(telemetry.handle.problems).toEqual([]);
    expect(names).toEqual(['processor work', expect.stringContaining('"team":"search"'), 'exporter work']);
  });

  it('asks their sampler for every span, and keeps nothing that it leaves out', async () => {
    const asked: string[] = [];
    const sampler = {
      shouldSample(_context: unknown, _traceId: string, name: string) {
        asked.push(name);
        return { decision: name === 'invoke_workflow failing' ? 2 : 0 };
      },
    };
    await using telemetry = await telemetryForTest({ traces: { sampler } });
    await settled(failing.execute(1));
    expect(asked).toEqual(['invoke_workflow failing', 'first', 'broken']);
    expect(telemetry.handle.finishedSpans().map(({ name }) => name)).toEqual(['invoke_workflow failing']);
  });

  it.each([
    [{ spanProcessors: [{}] }, 'traces.spanProcessors[0]'],
    [{ exporters: 'otlp' }, 'traces.exporters'],
    [{ sampler: {} }, 'traces.sampler'],
    [{ keep: { slowerThanMs: -1 } }, 'traces.keep.slowerThanMs'],
    [{ kepp: {} }, 'kepp'],
  ])('lists %j as a problem, and starts without it', async (traces, name) => {
    await using telemetry = await telemetryForTest({ traces: traces as never });
    expect(telemetry.handle.problems.map(String)).toEqual([expect.stringContaining(name)]);
    await fine.execute(1);
    expect(telemetry.handle.finishedSpans()).toHaveLength(3);
  });

  it('says when spans are sent nowhere in production', async () => {
    await using telemetry = await telemetryForTest({ environment: 'production', enablePrometheus: false });
    expect(telemetry.handle.problems.map(String)).toEqual([expect.stringContaining('no span is sent anywhere')]);
    await using quiet = await telemetryForTest({ environment: 'production', enablePrometheus: false, otlp: false });
    expect(quiet.handle.problems).toEqual([]);
  });
});
