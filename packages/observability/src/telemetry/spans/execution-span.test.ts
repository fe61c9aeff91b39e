import { context, propagation, trace } from '@opentelemetry/api';
import { BulkheadPrimitive, parallel, sequence, step, WorkflowContext, workflow } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { allOf, state, stating } from '../../apm/__fixtures__/stating-primitive.ts';
import { telemetryForTest } from '../../apm/__fixtures__/telemetry-for-test.ts';

class TooManyRequests extends Error {
  override readonly name = 'TooManyRequests';
}

const double = step('double', (n: number) => n * 2);

describe('spans', () => {
  it('names a workflow, its primitives by kind and operation, and its steps by name', async () => {
    await using telemetry = await telemetryForTest();
    const cache = stating('cache', 'cache', (note) => {
      note('cache.operation', 'answer');
      return 1;
    });
    const timeout = stating('timeout', 'slow', (_note, around) => cache.execute(undefined, around));
    const router = stating('router', 'models', (_note, around) => timeout.execute(undefined, around));
    await sequence(() => undefined, router, parallel([() => 1, double])).execute(1);
    expect(telemetry.handle.finishedSpans().map(({ name }) => name)).toEqual([
      'step',
      'cache answer',
      'timeout slow',
      'router models',
      'step',
      'double',
      'parallel step | double',
      'invoke_workflow step > models > step | double',
    ]);
  });

  it('makes nested executions children of the one around them, side by side ones too', async () => {
    await using telemetry = await telemetryForTest();
    await sequence(
      parallel([double, double]),
      step('sum', ([a, b]) => a + b),
    ).execute(1);
    const spans = telemetry.handle.finishedSpans();
    const named = (name: string) => spans.filter((span) => span.name === name);
    const [root] = named('invoke_workflow double | double > sum');
    const [branches] = named('parallel double | double');
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(root?.parentSpanId).toBeUndefined();
    expect(branches?.parentSpanId).toBe(root?.spanId);
    expect(named('sum').map(({ parentSpanId }) => parentSpanId)).toEqual([root?.spanId]);
    expect(named('double').map(({ parentSpanId }) => parentSpanId)).toEqual([branches?.spanId, branches?.spanId]);
  });

  it('ends the span of an error that cannot be looked at', async () => {
    await using telemetry = await telemetryForTest();
    const evil = Object.defineProperty(new Error('no'), 'name', {
      get() {
        throw new Error('not for you');
      },
    });
    await expect(step('evil', () => Promise.reject(evil)).execute(1)).rejects.toBe(evil);
    expect(telemetry.handle.finishedSpans()).toMatchObject([{ name: 'evil', isError: true }]);
  });

  it('makes what runs while a stream is read a child of the step that made the stream', async () => {
    await using telemetry = await telemetryForTest();
    const words = step('words', (text: string, around) =>
      (async function* () {
        for (const word of text.split(' ')) yield await step('shout', () => word).execute(undefined, around);
      })(),
    );
    const stream = await words.execute('a b');
    expect(telemetry.handle.finishedSpans()).toEqual([]);
    expect(await allOf(stream)).toEqual(['a', 'b']);
    const [first, second, outer] = telemetry.handle.finishedSpans();
    expect([first?.name, second?.name, outer?.name]).toEqual(['shout', 'shout', 'words']);
    expect([first?.parentSpanId, second?.parentSpanId]).toEqual([outer?.spanId, outer?.spanId]);
  });

  it('is a child of the span that is active around the workflow', async () => {
    await using telemetry = await telemetryForTest();
    const request = telemetry.observability.tracer('server').startSpan('POST /chat');
    await context.with(trace.setSpan(context.active(), request), () => double.execute(1));
    expect(telemetry.handle.finishedSpans()[0]?.parentSpanId).toBe(request.spanContext().spanId);
  });

  it('has the type of an error and never its message', async () => {
    await using telemetry = await telemetryForTest();
    const failing = step('failing', () => {
      throw new TooManyRequests('the prompt was: my secret');
    });
    await expect(failing.execute(undefined)).rejects.toThrow('my secret');
    const [span] = telemetry.handle.finishedSpans();
    expect(span).toMatchObject({
      isError: true,
      attributes: { 'error.type': 'TooManyRequests', 'tta.ending': 'error' },
    });
    expect(JSON.stringify(span)).not.toContain('secret');
  });

  it('tells a cancelled execution from a failed one', async () => {
    await using telemetry = await telemetryForTest();
    const controller = new AbortController();
    const waiting = step('waiting', (_: number, { signal }) => {
      const { promise, reject } = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      return promise;
    });
    const answer = waiting.execute(1, new WorkflowContext({ signal: controller.signal }));
    controller.abort();
    await expect(answer).rejects.toThrow('aborted');
    expect(telemetry.handle.finishedSpans()).toMatchObject([
      { isError: false, attributes: { 'tta.ending': 'cancelled' } },
    ]);
  });

  it('calls a stream that its reader left cancelled, and ends its span then', async () => {
    await using telemetry = await telemetryForTest();
    const endless = step('endless', () =>
      (async function* () {
        while (true) yield 1;
      })(),
    );
    for await (const _ of await endless.execute(undefined)) break;
    expect(telemetry.handle.finishedSpans()).toMatchObject([{ attributes: { 'tta.ending': 'cancelled' } }]);
  });

  it('holds the facts under their attributes, with durations in seconds', async () => {
    await using telemetry = await telemetryForTest();
    await state('everything', (note) => {
      note('timeout.limitMs', 1_500);
      note('cache.outcome', 'stale');
      note('llm.usage', { inputTokens: 9, outputTokens: 5 });
      note('llm.costUsd', 0.5);
    });
    expect(telemetry.handle.finishedSpans()[0]?.attributes).toEqual({
      'tta.kind': 'everything',
      'tta.name': 'everything',
      'tta.ending': 'success',
      'tta.workflow.id': expect.any(String),
      'tta.correlation.id': expect.any(String),
      'tta.timeout.limit_s': 1.5,
      'tta.cache.outcome': 'stale',
      'tta.cache.hit': true,
      'gen_ai.usage.input_tokens': 9,
      'gen_ai.usage.output_tokens': 5,
      'tta.llm.cost_usd': 0.5,
    });
  });

  it('says on the root whose work it is, and what its user says of it', async () => {
    await using telemetry = await telemetryForTest();
    const context = new WorkflowContext({
      ...{ tenantId: 'acme', sessionId: 's1', userId: 'lovelace', workflowId: 'w1' },
      tags: { team: 'search' },
      metadata: { tier: 2, nested: { secret: 'x' } },
      baggage: { region: 'eu' },
    });
    await sequence(double, double).execute(1, context);
    const spans = telemetry.handle.finishedSpans();
    expect(spans.at(-1)?.attributes).toMatchObject({
      'tta.tenant.id': 'acme',
      'session.id': 's1',
      'user.id': 'lovelace',
      'tta.workflow.id': 'w1',
      'tta.tag.team': 'search',
      'tta.metadata.tier': 2,
      'tta.baggage.region': 'eu',
    });
    expect(Object.keys(spans[0]?.attributes ?? {}).toSorted()).toEqual(['tta.ending', 'tta.kind', 'tta.name']);
    expect(JSON.stringify(spans)).not.toContain('secret');
  });

  it('names a workflow as its user does', async () => {
    await using telemetry = await telemetryForTest();
    await sequence(double, workflow('twice', sequence(double, double))).execute(1);
    const spans = telemetry.handle.finishedSpans();
    expect(spans.slice(-2)).toMatchObject([
      {
        name: 'invoke_workflow twice',
        attributes: { 'gen_ai.operation.name': 'invoke_workflow', 'gen_ai.agent.name': 'twice' },
      },
      { name: 'invoke_workflow double > twice', attributes: { 'gen_ai.operation.name': 'invoke_workflow' } },
    ]);
    expect(spans.at(-1)?.attributes).not.toHaveProperty('gen_ai.agent.name');
  });

  it('starts no span for a plain function that is all that a primitive does, and one for each step of a sequence', async () => {
    await using telemetry = await telemetryForTest();
    const slow = new BulkheadPrimitive((n: number) => n + 1, { maxConcurrent: 1, operation: 'add' });
    await slow.execute(1);
    await sequence((n: number) => n, new BulkheadPrimitive(double, { maxConcurrent: 1 })).execute(1);
    expect(telemetry.handle.finishedSpans().map(({ name }) => name)).toEqual([
      'bulkhead add',
      ...['step', 'double', 'bulkhead double', 'invoke_workflow step > bulkhead(double)'],
    ]);
  });

  it('sends the baggage of the workflow on beside what came in, and writes only its own on the span', async () => {
    await using telemetry = await telemetryForTest();
    const seen: unknown[] = [];
    const look = step('look', () => void seen.push(propagation.getActiveBaggage()?.getAllEntries()));
    const incoming = propagation.createBaggage({ from: { value: 'web' } });
    await context.with(propagation.setBaggage(context.active(), incoming), () =>
      sequence(look, look).execute(undefined, new WorkflowContext({ baggage: { region: 'eu' } })),
    );
    expect(seen[0]).toEqual([
      ['from', { value: 'web' }],
      ['region', { value: 'eu' }],
    ]);
    const { attributes } = telemetry.handle.finishedSpans().at(-1) ?? {};
    expect(Object.keys(attributes ?? {}).filter((name) => name.includes('baggage'))).toEqual(['tta.baggage.region']);
  });

  it('writes a plain fact of a primitive that the catalogue does not know under its own name', async () => {
    await using telemetry = await telemetryForTest();
    await state('greeting', (note) => {
      const stateAny = note as (name: string, value: unknown) => void;
      stateAny('greeting.language', 'fr');
      stateAny('greeting.body', { text: 'not plain' });
    });
    const [span] = telemetry.handle.finishedSpans();
    expect(span?.attributes).toMatchObject({ 'greeting.language': 'fr' });
    expect(span?.attributes).not.toHaveProperty('greeting.body');
  });

  it('traces only the outermost execution at level minimal, with a facts-only inside', async () => {
    await using telemetry = await telemetryForTest({ level: 'minimal' });
    const cache = stating('cache', 'inner', (note) => {
      note('cache.operation', 'inner');
      note('cache.outcome', 'hit');
    });
    await sequence((_: number) => undefined, cache).execute(1);
    expect(telemetry.handle.finishedSpans().map(({ name }) => name)).toEqual(['invoke_workflow step > inner']);
    expect(await telemetry.read('cache_hits_total{operation="inner"}')).toBe(1);
  });

  it('traces nothing at level off, and still measures', async () => {
    await using telemetry = await telemetryForTest({ level: 'off' });
    await state('cache', (note) => {
      note('cache.operation', 'a');
      note('cache.outcome', 'miss');
    });
    expect(telemetry.handle.finishedSpans()).toEqual([]);
    expect(await telemetry.read('cache_misses_total{operation="a"}')).toBe(1);
  });
});
