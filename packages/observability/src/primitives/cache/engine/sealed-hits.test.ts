import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { ANSWER_USD, CHUNKS, chatAnswer } from '../__fixtures__/chat.ts';
import type { CacheOptions } from '../cache-options.ts';
import { CachePrimitive } from '../cache-primitive.ts';
import { withCacheControl } from '../control/cache-control.ts';
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
});
