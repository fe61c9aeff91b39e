import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { ANSWER_USD, CHUNKS, chatAnswer } from '../__fixtures__/chat.ts';
import { FakeStore, never } from '../__fixtures__/fake-store.ts';
import type { CacheOptions } from '../cache-options.ts';
import { CachePrimitive } from '../cache-primitive.ts';
import { withCacheControl } from '../control/cache-control.ts';
import { guardedStore } from '../store/guard/guarded-store.ts';
import { memoryStore } from '../store/memory-store.ts';

const REQUEST = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'What is a monoid? Ünïcödé' }] };

function arrange(options: CacheOptions<object> = {}) {
  const clock = manualClock();
  const store = memoryStore({ clock });
  const step = vi.fn(
    async (request: object): Promise<unknown> =>
      'stream' in request
        ? (async function* () {
            yield* CHUNKS;
          })()
        : chatAnswer('Ein Monoid — mit Ümläuten.'),
  );
  const cache = new CachePrimitive(step, { operation: 'chat', store, ttlJitter: 0, ttlMs: 10_000, ...options });
  const context = new WorkflowContext({ clock, tenantId: 'acme' });
  const ask = (request: object = REQUEST) => cache.executeBytes(request, context);
  const stored = async (): Promise<{ key: string; value: string }> => {
    for await (const entry of store.entries?.('v1:') ?? []) return entry;
    throw new Error('nothing is stored');
  };
  return { clock, store, step, cache, context, ask, stored };
}

const textOf = (body: Uint8Array): string => Buffer.from(body).toString();

describe('a stored answer as bytes', () => {
  it('is the stored JSON, byte for byte, and counts as any hit', async () => {
    using recording = recordingObserver();
    const { clock, cache, ask, stored } = arrange();
    expect(await ask()).toEqual({ kind: 'answer', answer: chatAnswer('Ein Monoid — mit Ümläuten.') });
    await clock.advance(2_000);
    const parse = vi.spyOn(JSON, 'parse');
    const given = await ask();
    expect(parse.mock.calls.every(([text]) => !text.includes('Monoid'))).toBe(true);
    parse.mockRestore();
    const { value } = await stored();
    expect(given.kind === 'stored' && textOf(given.body)).toBe(value.slice(value.indexOf('\n') + 1));
    expect(cache.getStats()).toMatchObject({ total: 2, hits: 1, misses: 1 });
    expect(cache.getStats().costSavingsUsd).toBeCloseTo(ANSWER_USD, 12);
    expect(recording.factsOf('cache.operation')).toEqual(['chat', 'chat']);
    expect(recording.factsOf('cache.outcome')).toEqual(['miss', 'hit']);
    expect(recording.factsOf('cache.ageMs')).toEqual([2_000]);
    expect(recording.factsOf('cache.tier')).toEqual(['near']);
  });

  it('is the array of the chunks of a stream', async () => {
    const { clock, ask } = arrange();
    const request = { ...REQUEST, stream: true, stream_options: { include_usage: true } };
    const first = await ask(request);
    if (first.kind !== 'answer') throw new Error('nothing was stored');
    for await (const _chunk of first.answer as AsyncIterable<unknown>);
    await clock.advance(0);
    const given = await ask(request);
    expect(given.kind === 'stored' && JSON.parse(textOf(given.body))).toEqual(CHUNKS);
  });

  it('is made by the way of every other answer where another form is asked for', async () => {
    const { clock, cache, ask, context } = arrange();
    await cache.execute(REQUEST, context);
    await clock.advance(0);
    const given = await ask({ ...REQUEST, stream: true, stream_options: { include_usage: true } });
    expect(given.kind).toBe('answer');
    expect(cache.getStats()).toMatchObject({ total: 2, hits: 1 });
  });

  it.each([
    ['another request', (value: string) => value.replace(/"digest":"./, '"digest":"_')],
    ['another scope', (value: string) => value.replace(/"scopeHash":"./, '"scopeHash":"_')],
    ['another model', (value: string) => value.replace('"model":"gpt-4o-mini"', '"model":"gpt-4o"')],
    ['another version', (value: string) => value.replace('"version":1', '"version":2')],
    ['a usage nobody can have', (value: string) => value.replace(/"inputTokens":\d+/, '"inputTokens":-1')],
    ['no envelope', () => '{"a":1}'],
    ['a payload that was cut off', (value: string) => value.slice(0, -3)],
    ['a payload with something after it', (value: string) => `${value}}`],
  ])('is never one of %s: that is a miss', async (_title, spoil) => {
    const { clock, store, step, ask, stored, cache } = arrange();
    await ask();
    await clock.advance(0);
    const { key, value } = await stored();
    expect(spoil(value)).not.toBe(value);
    await store.set(key, spoil(value), 60_000);
    expect((await ask()).kind).toBe('answer');
    expect(step).toHaveBeenCalledTimes(2);
    expect(cache.getStats()).toMatchObject({ total: 2, misses: 2, hits: 0 });
  });

  it('is not given past its ttl, nor to who asks for something special', async () => {
    const { clock, cache, ask, context, step } = arrange({ staleWhileRevalidateMs: 60_000 });
    await ask();
    await clock.advance(5_000);
    expect((await cache.executeBytes(REQUEST, withCacheControl(context, { maxAgeMs: 1_000 }))).kind).toBe('answer');
    expect(step).toHaveBeenCalledTimes(2);
    await clock.advance(11_000);
    expect((await ask()).kind).toBe('answer');
    expect(cache.getStats()).toMatchObject({ total: 3, misses: 2, stale: 1 });
  });

  it('is not looked for where the request cannot be cached', async () => {
    const { cache, ask } = arrange();
    expect((await ask({ ...REQUEST, store: true })).kind).toBe('answer');
    expect(cache.getStats()).toMatchObject({ total: 1, bypasses: 1 });
  });

  it('is never one that another cache has compressed or encrypted', async () => {
    const { store, cache, context, clock } = arrange();
    const compressing = new CachePrimitive(async () => chatAnswer('a'), {
      operation: 'chat',
      store,
      compression: { aboveLength: 0 },
    });
    await compressing.execute(REQUEST, context);
    await clock.advance(0);
    expect(await cache.executeBytes(REQUEST, context)).toMatchObject({ kind: 'answer' });
    expect(cache.getStats()).toMatchObject({ misses: 1, hits: 0 });
  });

  it('is given to who wants to be told how the lookup ended', async () => {
    const { clock, cache, ask, context } = arrange();
    await ask();
    await clock.advance(0);
    const onOutcome = vi.fn();
    expect(await cache.executeBytes(REQUEST, withCacheControl(context, { onOutcome }))).toMatchObject({
      kind: 'stored',
    });
    expect(onOutcome).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ outcome: 'hit', tier: 'near' }));
  });

  it.each(['a text', 42, null])('is never what a store gives that is no bytes: %j', async (given) => {
    const store = Object.assign(new FakeStore(), { getBytes: async () => ({ value: given as never }) });
    const cache = new CachePrimitive(async () => 'answer', { operation: 'chat', store });
    expect(await cache.executeBytes('q')).toEqual({ kind: 'answer', answer: 'answer' });
  });
});

describe('who leaves while bytes are looked for', () => {
  function arrangeHung() {
    const clock = manualClock();
    const fake = new FakeStore();
    fake.trouble = never;
    const step = vi.fn(async () => 'answer');
    const store = guardedStore(fake, { clock, deadlineMs: 60_000 });
    const cache = new CachePrimitive(step, { operation: 'chat', store });
    const ask = (init: object) =>
      cache.executeBytes('q', new WorkflowContext({ clock, ...init })).catch((error: unknown) => error);
    return { clock, step, cache, ask };
  }

  it('is told so at once, counts as a miss, and asks nobody', async () => {
    const { step, cache, ask } = arrangeHung();
    const controller = new AbortController();
    const left = ask({ signal: controller.signal });
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort('left');
    expect(await left).toBe('left');
    expect(step).not.toHaveBeenCalled();
    expect(cache.getStats()).toMatchObject({ total: 1, misses: 1 });
  });

  it('is told so at the deadline of its own', async () => {
    const { clock, step, ask } = arrangeHung();
    const late = ask({ deadline: clock.now() + 100 });
    await clock.advance(105);
    expect(await late).toMatchObject({ name: 'TimeoutError' });
    expect(step).not.toHaveBeenCalled();
  });
});
