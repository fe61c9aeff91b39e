import { getEventListeners } from 'node:events';
import {
  BulkheadPrimitive,
  CircuitBreakerPrimitive,
  WorkflowContext,
  type WorkflowPrimitive,
} from 'tta-dev-primitives';
import { recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it, test, vi } from 'vitest';
import { CachePrimitive } from './cache/cache-primitive.ts';
import { withCacheControl } from './cache/control/cache-control.ts';
import { CascadePrimitive } from './cascade/cascade-primitive.ts';
import { RouterPrimitive } from './router/router-primitive.ts';
import { byBudget } from './router/strategies/by-budget.ts';
import { byCost } from './router/strategies/by-cost.ts';
import { TimeoutPrimitive } from './timeout/timeout-primitive.ts';

const REASON = new Error('the client left');
const turn = (): Promise<void> => new Promise(setImmediate);
const LIMITS = { firstChunkMs: 60_000, idleMs: 60_000, totalMs: 60_000 };

type Work = (input: string, context: WorkflowContext) => unknown;

const routed = (work: Work): RouterPrimitive<string, unknown> =>
  new RouterPrimitive<string, unknown>(
    { a: { step: work }, b: { step: work } },
    { strategy: () => 'a', defaultRoute: 'a', fallback: true },
  );

const guarded = (work: Work): WorkflowPrimitive<string, unknown> =>
  new TimeoutPrimitive(new CachePrimitive(routed(work)), { timeoutMs: 60_000, stream: LIMITS });

/** A stream of whose reads and wrappers everything is counted. */
class CountedStream {
  iterators = 0;
  reads = 0;
  [Symbol.asyncIterator](): AsyncIterator<string> {
    this.iterators += 1;
    return {
      next: async () => {
        this.reads += 1;
        return this.reads <= 3 ? { done: false, value: `chunk ${this.reads}` } : { done: true, value: undefined };
      },
    };
  }
}

describe.each([
  ['without storing', { noStore: true }],
  ['with storing', {}],
])('timeout(cache(router(step))) with limits and a fallback, %s', (_title, control) => {
  const context = (): WorkflowContext => withCacheControl(new WorkflowContext(), control);

  it('reads a source through one iterator, once per chunk', async () => {
    const source = new CountedStream();
    const stream = (await guarded(() => source).execute('q', context())) as AsyncIterable<string>;
    const chunks: string[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks).toEqual(['chunk 1', 'chunk 2', 'chunk 3']);
    expect([source.iterators, source.reads]).toEqual([1, 4]);
  });

  it('relays a ReadableStream through one reader, and keeps it a byte stream', async () => {
    const source = new Response('hello').body as ReadableStream<Uint8Array>;
    const getReader = vi.spyOn(source, 'getReader');
    const stream = (await guarded(() => source).execute('q', context())) as ReadableStream<Uint8Array>;
    const reader = stream.getReader({ mode: 'byob' });
    const bytes: number[] = [];
    for (;;) {
      const { done, value } = await reader.read(new Uint8Array(2));
      if (done) break;
      bytes.push(...value);
    }
    expect(Buffer.from(bytes).toString()).toBe('hello');
    const readers = getReader.mock.calls.filter(([options]) => options === undefined);
    expect(readers).toHaveLength(1); // to tell that it is a byte stream, another is asked for and let go of
  });
});

/** Rejects with an error of its own when its signal aborts, as SDKs do. */
const translating: Work = (_, { signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('Request was aborted.')));
  });

describe.each([
  ['ignores its signal', () => new Promise(() => {})],
  ['rejects with an error of its own', translating],
] as const)('work that %s', (_title, work) => {
  it.each<[string, (work: Work) => WorkflowPrimitive<string, unknown>]>([
    ['a timeout', (own) => new TimeoutPrimitive(own, { timeoutMs: 5_000 })],
    ['a cache', (own) => new CachePrimitive(own, { operation: 'x' })],
    ['a router', (own) => new RouterPrimitive({ a: { step: own } }, { strategy: () => 'a', defaultRoute: 'a' })],
    ['a router with a fallback', routed],
    [
      'a cascade',
      (own) => new CascadePrimitive<string, unknown>({ a: { step: own }, b: { step: own } }, { accept: () => true }),
    ],
    ['a router inside a timeout', (own) => new TimeoutPrimitive(routed(own), { timeoutMs: 5_000 })],
  ])('is left at once with the very reason by %s', async (_name, make) => {
    const controller = new AbortController();
    const answer = make(work as Work).execute('q', new WorkflowContext({ signal: controller.signal }));
    const outcome = answer.catch((error: unknown) => error);
    await turn();
    await turn();
    controller.abort(REASON);
    const waited = turn().then(turn).then(turn);
    expect(await Promise.race([outcome, waited])).toBe(REASON);
  });
});

test('streams that callers walk away from leave no source, place, permit, reservation or execution open', async () => {
  using recording = recordingObserver();
  const callers = 1_000;
  let open = 0;
  const make = (): ReadableStream => {
    open += 1;
    return new ReadableStream({ pull: (controller) => controller.enqueue({ x: 1 }), cancel: () => void (open -= 1) });
  };
  const bulkhead = new BulkheadPrimitive(make, { maxConcurrent: callers });
  const breaker = new CircuitBreakerPrimitive(bulkhead);
  const strategy = byBudget(byCost(), { limitUsd: 1_000, windowMs: 3_600_000 });
  const router = new RouterPrimitive<string, unknown>(
    { a: { step: breaker, model: 'gpt-4o-mini', provider: 'openai' } },
    { strategy, defaultRoute: 'a' },
  );
  const timeout = new TimeoutPrimitive(new CachePrimitive(router), { timeoutMs: 60_000, stream: LIMITS });
  const controllers = Array.from({ length: callers }, () => new AbortController());
  for (const [index, { signal }] of controllers.entries()) {
    const output = (await timeout.execute(`question ${index}`, new WorkflowContext({ signal }))) as ReadableStream;
    if (index % 2 === 0) await output.getReader().read();
  }
  expect([open, bulkhead.getStats().running]).toEqual([callers, callers]);
  for (const controller of controllers) controller.abort(REASON);
  await turn();
  expect([open, bulkhead.getStats().running, breaker.getStats().cancelled]).toEqual([0, 0, callers]);
  expect(strategy.usage(new WorkflowContext()).reservedUsd).toBe(0);
  expect(timeout.getStats()).toMatchObject({ total: callers, cancelled: callers });
  expect(controllers.filter(({ signal }) => getEventListeners(signal, 'abort').length > 0)).toEqual([]);
  expect(recording.executions.filter(({ ending }) => ending?.status !== 'cancelled')).toEqual([]);
});
