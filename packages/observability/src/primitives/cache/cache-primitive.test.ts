import { WorkflowContext, withReport } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { chatAnswer, REQUEST } from './__fixtures__/chat.ts';
import { FakeStore, never, reply } from './__fixtures__/fake-store.ts';
import { CachePrimitive } from './cache-primitive.ts';
import { guardedStore } from './store/guard/guarded-store.ts';
import { memoryStore } from './store/memory-store.ts';
import { tieredStore } from './store/tiered-store.ts';

const HOUR_MS = 3_600_000;

/** A step that counts its calls and gives each its number. */
function counting() {
  return vi.fn((_input: unknown) => ({ call: counter.next() }));
}
const counter = { value: 0, next: () => (counter.value += 1) };

/** Lets a write come to its end, which nobody waits for. */
const stored = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const tenant = (tenantId: string, clock = manualClock()): WorkflowContext => new WorkflowContext({ tenantId, clock });

describe('a cache', () => {
  it('asks the step once for the same request', async () => {
    const step = counting();
    const cache = new CachePrimitive(step);
    const first = await cache.execute({ question: 'a' });
    expect(await cache.execute({ question: 'a' })).toEqual(first);
    expect(await cache.execute({ question: 'b' })).not.toEqual(first);
    expect(step).toHaveBeenCalledTimes(2);
  });

  it('asks again once the answer has lived its life', async () => {
    const clock = manualClock();
    const step = counting();
    const cache = new CachePrimitive(step, { store: memoryStore({ clock }), ttlMs: 1_000, ttlJitter: 0 });
    await cache.execute('a', new WorkflowContext({ clock }));
    await clock.advance(999);
    await cache.execute('a', new WorkflowContext({ clock }));
    expect(step).toHaveBeenCalledTimes(1);
    await clock.advance(1);
    await cache.execute('a', new WorkflowContext({ clock }));
    expect(step).toHaveBeenCalledTimes(2);
  });

  it('never gives one tenant the answer of another, nor of work without a tenant', async () => {
    const cache = new CachePrimitive((_input: string, context: WorkflowContext) => `for ${context.tenantId}`);
    for (const context of [tenant('a'), tenant('b'), new WorkflowContext()]) {
      expect(await cache.execute('q', context)).toBe(`for ${context.tenantId}`);
      expect(await cache.execute('q', context)).toBe(`for ${context.tenantId}`);
    }
    expect(cache.getStats()).toMatchObject({ hits: 3, misses: 3 });
  });

  it('stores nothing for a request that its caller changed meanwhile', async () => {
    using recording = recordingObserver();
    const cache = new CachePrimitive(({ words }: { words: string[] }) => words.join(' '));
    const request = { words: ['hello'] };
    const answer = cache.execute(request);
    request.words.push('world');
    expect(await answer).toBe('hello world');
    await stored();
    expect(await cache.execute({ words: ['hello'] })).toBe('hello');
    expect(recording.factsOf('cache.skipped')).toEqual(['changed']);
    expect(cache.getStats()).toMatchObject({ hits: 0, misses: 2 });
  });

  it('does not share calls under way among tenants either', async () => {
    const cache = new CachePrimitive(async (_input: string, context: WorkflowContext) => `for ${context.tenantId}`);
    const answers = await Promise.all([cache.execute('q', tenant('a')), cache.execute('q', tenant('b'))]);
    expect(answers).toEqual(['for a', 'for b']);
  });

  it('keeps apart two operations on one store', async () => {
    const store = memoryStore();
    const [ask, embed] = [counting(), counting()];
    await new CachePrimitive(ask, { store, operation: 'ask' }).execute('a');
    await new CachePrimitive(embed, { store, operation: 'embed' }).execute('a');
    expect(embed).toHaveBeenCalledTimes(1);
  });

  it('gives every hit a copy that its caller may change', async () => {
    const cache = new CachePrimitive((_: string) => ({ list: [1] }));
    for (let turn = 0; turn < 3; turn += 1) {
      const answer = await cache.execute('a');
      expect(answer).toEqual({ list: [1] });
      answer.list.push(2);
    }
  });

  it('gives callers that share one call copies of their own', async () => {
    const cache = new CachePrimitive(async (_: string) => ({ list: [1] }));
    const answers = await Promise.all([cache.execute('a'), cache.execute('a'), cache.execute('a')]);
    for (const answer of answers) answer.list.push(2);
    expect(answers).toEqual(Array(3).fill({ list: [1, 2] }));
  });

  it('passes the very error of the step on, and stores nothing', async () => {
    const error = new Error('rate limited');
    const step = vi.fn(() => Promise.reject(error));
    const cache = new CachePrimitive(step);
    await expect(cache.execute('a')).rejects.toBe(error);
    await expect(cache.execute('a')).rejects.toBe(error);
    expect(step).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['null', null],
    ['a number', 0],
    ['false', false],
    ['a text', 'yes'],
    ['an array', [1, [2]]],
    ['a record', { a: { b: null } }],
  ])('stores %s', async (_, value) => {
    const step = vi.fn((_input: string): unknown => value);
    const cache = new CachePrimitive(step);
    await cache.execute('a');
    expect(await cache.execute('a')).toEqual(value);
    expect(step).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['undefined', undefined, 'empty'],
    ['an empty text', '', 'empty'],
    ['a Map', new Map([[1, 2]]), 'unserializable'],
    ['a Date', { at: new Date(0) }, 'unserializable'],
    ['NaN', [Number.NaN], 'unserializable'],
    ['an HTTP error', { status: 503, body: 'busy' }, 'error'],
  ])('gives %s and does not store it', async (_, value, reason) => {
    using recording = recordingObserver();
    const step = vi.fn((_input: string): unknown => value);
    const cache = new CachePrimitive(step);
    expect(await cache.execute('a')).toBe(value);
    await cache.execute('a');
    expect(step).toHaveBeenCalledTimes(2);
    expect(recording.factsOf('cache.skipped')).toEqual([reason, reason]);
  });

  it('F20 gives a large answer and does not store it', async () => {
    using recording = recordingObserver();
    const step = vi.fn((_input: string) => 'x'.repeat(100));
    const cache = new CachePrimitive(step, { maxEntryLength: 101 });
    await cache.execute('a');
    await cache.execute('a');
    expect(step).toHaveBeenCalledTimes(2);
    expect(recording.factsOf('cache.skipped')).toEqual(['too_large', 'too_large']);
  });

  it('runs the step with the caller’s own context when the request cannot be looked up', async () => {
    using recording = recordingObserver();
    const seen: WorkflowContext[] = [];
    const cache = new CachePrimitive((_: unknown, context: WorkflowContext) => {
      seen.push(context);
      return 'answer';
    });
    const context = new WorkflowContext();
    expect(await cache.execute({ n: 1n }, context)).toBe('answer');
    expect(seen).toEqual([context]);
    expect(cache.getStats()).toMatchObject({ total: 1, bypasses: 1, hits: 0, misses: 0, hitRate: 0 });
    expect(recording.factsOf('cache.outcome')).toEqual(['bypass']);
    expect(recording.factsOf('cache.skipped')).toEqual(['unserializable']);
  });

  it('lets the user decide what is stored, knowing the built-in verdict', async () => {
    const step = vi.fn((_: unknown) =>
      chatAnswer(null, { finish_reason: 'tool_calls' }, { tool_calls: [{ id: 't' }] }),
    );
    const isCacheable = vi.fn(({ objection }: { objection: unknown }) => objection === 'tool_calls');
    const cache = new CachePrimitive(step, { isCacheable });
    await cache.execute(REQUEST);
    await cache.execute(REQUEST);
    expect(step).toHaveBeenCalledTimes(1);
    expect(isCacheable).toHaveBeenCalledTimes(1);
  });

  it('stores nothing when the rule of the user refuses or fails', async () => {
    using recording = recordingObserver();
    const fail = (): never => {
      throw new Error('broken rule');
    };
    for (const isCacheable of [() => false, fail]) await new CachePrimitive(counting(), { isCacheable }).execute('a');
    expect(recording.factsOf('cache.skipped')).toEqual(['policy', 'policy']);
  });
});

describe('a cache with a store in trouble', () => {
  it.each([
    ['broken', reply('broken')],
    ['throws what is no error', () => Promise.reject('text')],
    ['read-only', reply('READONLY')],
  ])('F06 gives the answer of the step when the store is %s', async (_, trouble) => {
    const store = new FakeStore();
    store.trouble = trouble;
    const cache = new CachePrimitive((input: string) => input.toUpperCase(), { store });
    expect(await cache.execute('a')).toBe('A');
    await stored();
    expect(await cache.execute('a')).toBe('A');
    expect(cache.getStats()).toMatchObject({ misses: 2, hits: 0 });
  });

  it('F18 gives the error of the step when the store is broken', async () => {
    const store = new FakeStore();
    store.trouble = reply('broken');
    const error = new Error('the step’s own');
    await expect(new CachePrimitive(() => Promise.reject(error), { store }).execute('a')).rejects.toBe(error);
  });

  it('F04 answers after one deadline when the store of a user hangs, and then at once', async () => {
    const clock = manualClock();
    const fake = new FakeStore();
    fake.trouble = never;
    const cache = new CachePrimitive((input: string) => input.toUpperCase(), { store: guardedStore(fake, { clock }) });
    const first = cache.execute('a', new WorkflowContext({ clock }));
    await clock.advance(50);
    expect(await first).toBe('A');
    const before = clock.now();
    expect(await cache.execute('b', new WorkflowContext({ clock }))).toBe('B');
    expect(clock.now()).toBe(before);
  });

  it('does not make the caller wait for the write', async () => {
    const fake = new FakeStore();
    fake.trouble = (operation) => (operation === 'set' ? never() : undefined);
    expect(await new CachePrimitive((input: string) => input.toUpperCase(), { store: fake }).execute('a')).toBe('A');
  });

  const entryOf = (fake: FakeStore): [string, string] => [...fake.held][0] as [string, string];

  it.each<[string, (sealed: string) => string]>([
    ['F12 corrupt', () => '{not-json'],
    ['F12 cut off', (sealed) => sealed.slice(0, -2)],
    ['F12 empty', () => ''],
    ['F13 foreign', () => '{"a":1}'],
    ['F13 of another request', (sealed) => sealed.replace(/"digest":"..../, '"digest":"xxxx')],
    ['F13 of another scope', (sealed) => sealed.replace(/"scopeHash":"..../, '"scopeHash":"xxxx')],
    ['F13 of another model', (sealed) => sealed.replace('"model":"gpt-4o-mini"', '"model":"gpt-4o"')],
    ['F14 of another version', (sealed) => sealed.replace('"version":1', '"version":2')],
    ['of an invented usage', (sealed) => sealed.replace('"inputTokens":1000', '"inputTokens":1e300')],
    ['of a negative usage', (sealed) => sealed.replace('"inputTokens":1000', '"inputTokens":-1000')],
    ['without a usable usage', (sealed) => sealed.replace(/"usage":\{.*?\}/, '"usage":null')],
    ['of a model without a name', (sealed) => sealed.replace(/"answeredBy":".*?"/, '"answeredBy":7')],
  ])('%s values are misses, deleted and replaced, and do no harm to the store', async (_, spoil) => {
    using recording = recordingObserver();
    const fake = new FakeStore();
    const step = vi.fn((_input: unknown) => chatAnswer('yes'));
    const cache = new CachePrimitive(step, { store: fake });
    await cache.execute(REQUEST);
    await stored();
    const [key, sealed] = entryOf(fake);
    fake.held.set(key, spoil(sealed));
    expect(fake.held.get(key)).not.toBe(sealed);
    expect(await cache.execute(REQUEST)).toEqual(chatAnswer('yes'));
    await stored();
    expect(await cache.execute(REQUEST)).toEqual(chatAnswer('yes'));
    expect(step).toHaveBeenCalledTimes(2);
    expect(fake.asked.delete).toBe(1);
    expect(recording.factsOf('cache.corrupt')).toEqual([true]);
    expect(recording.factsOf('cache.outcome')).toEqual(['miss', 'miss', 'hit']);
    expect(recording.factsOf('cache.storeError')).toEqual([]);
  });

  it.each([5, true, {}, [], Buffer.from('{}'), Symbol('x')])(
    'takes a value that is no text (%s) for a miss',
    async (value) => {
      const fake = Object.assign(new FakeStore(), { get: async () => ({ value: value as unknown as string }) });
      const cache = new CachePrimitive((input: string) => input.toUpperCase(), { store: fake });
      expect(await cache.execute('a')).toBe('A');
      expect(cache.getStats()).toMatchObject({ hits: 0, misses: 1 });
      expect(fake.asked.delete).toBe(1);
    },
  );

  const failing = async (): Promise<never> => {
    throw new Error('from a function that should not be asynchronous');
  };

  it.each([{ key: failing }, { vary: failing }, { scope: failing }, { cost: failing }, { isCacheable: failing }])(
    'hears the rejection of a promise where a value belongs (%o)',
    async (options) => {
      const cache = new CachePrimitive((_: unknown) => chatAnswer('yes'), options as object);
      for (let call = 0; call < 2; call += 1) expect(await cache.execute(REQUEST)).toEqual(chatAnswer('yes'));
      await stored(); // an unheard rejection would fail the run
      const { total, hits, misses, bypasses } = cache.getStats();
      expect(hits + misses + bypasses).toBe(total);
    },
  );

  it('counts why requests were not looked up and answers not stored, for who wonders why nothing is a hit', async () => {
    const cache = new CachePrimitive((input: unknown) => (input === 'empty' ? '' : 'yes'), {
      operation: 'chat',
      key: (input) => (input === 'no key' ? undefined : input),
    });
    expect(cache.getStats().skipped).toEqual({});
    for (const input of ['no key', 'no key', 'empty', 'fine', 'fine']) await cache.execute(input);
    expect(cache.getStats()).toMatchObject({ bypasses: 2, misses: 2, hits: 1, skipped: { no_key: 2, empty: 1 } });
    expect(cache.toString()).toBe('CachePrimitive(chat: 1/3 hits, 33.3 %, 2 bypassed, $0.000000 saved)');
  });

  it('stores nothing on the word of a promise', async () => {
    using recording = recordingObserver();
    const cache = new CachePrimitive((_: unknown) => chatAnswer('yes'), {
      isCacheable: (async () => false) as unknown as () => boolean,
    });
    await cache.execute(REQUEST);
    expect(recording.factsOf('cache.skipped')).toEqual(['policy']);
  });

  it('K25 stores the prompt nowhere', async () => {
    using recording = recordingObserver();
    const fake = new FakeStore();
    const cache = new CachePrimitive((_: unknown) => 'answer', { store: fake });
    await cache.execute({ model: 'm', messages: [{ role: 'user', content: 'marker-8731' }], apiKey: 'marker-8731' });
    expect(JSON.stringify([...fake.held])).not.toContain('marker-8731');
    expect(JSON.stringify(recording.executions.map(({ facts }) => facts))).not.toContain('marker-8731');
  });
});

describe('the facts of a cache', () => {
  it('name the operation first and the outcome once', async () => {
    using recording = recordingObserver();
    const cache = new CachePrimitive((_: unknown) => chatAnswer('yes'), { operation: 'chat' });
    await cache.execute(REQUEST);
    await cache.execute(REQUEST);
    const facts = recording.executions.filter(({ kind }) => kind === 'cache').map((execution) => execution.facts);
    expect(facts.map((each) => each.map(({ name }) => name))).toEqual([
      ['cache.operation', 'cache.outcome'],
      ['cache.operation', 'cache.outcome', 'cache.tier', 'cache.ageMs', 'cache.usage', 'cache.savedUsd'],
    ]);
  });

  it('name the model of a stored answer and the size of the store where a record is kept', async () => {
    const store = tieredStore(memoryStore({ maxBytes: 1_000_000 }), new FakeStore());
    const cache = new CachePrimitive((_: unknown) => ({ ...chatAnswer('yes'), model: 'm-2026' }), { store });
    const factsOf = async (): Promise<unknown[]> => {
      const { context, report } = withReport(new WorkflowContext());
      await cache.execute(REQUEST, context);
      const facts = (await report).executions[0]?.facts ?? [];
      return facts.flatMap(({ name, value }) => (name === 'cache.model' || name === 'cache.storeSize' ? [value] : []));
    };
    const size = { entries: 0, bytes: 0, maxBytes: 1_000_000, tier: 'near' };
    expect(await factsOf()).toEqual([size]);
    expect(await factsOf()).toEqual([{ ...size, entries: 1, bytes: expect.any(Number) }, 'm-2026']);
    using recording = recordingObserver();
    await cache.execute(REQUEST);
    expect([...recording.factsOf('cache.model'), ...recording.factsOf('cache.storeSize')]).toEqual([]);
  });

  it('F21 tell an age that is never negative', async () => {
    using recording = recordingObserver();
    const store = memoryStore();
    const cache = new CachePrimitive(counting(), { store });
    const [now, earlier, later] = [0, -HOUR_MS, 5_000].map((shiftMs) => manualClock(Date.UTC(2026, 0, 1) + shiftMs));
    for (const clock of [now, earlier, later]) await cache.execute('a', new WorkflowContext({ clock }));
    expect(recording.factsOf('cache.ageMs')).toEqual([0, 5_000]);
  });
});

describe('the options of a cache', () => {
  it.each([
    [{ ttlMs: 0 }, 'CachePrimitive: ttlMs must be a number above 0, but it is 0'],
    [{ ttlMs: Number.NaN }, 'ttlMs'],
    [{ ttlMs: Number.POSITIVE_INFINITY }, 'ttlMs'],
    [{ operation: '' }, 'CachePrimitive: operation must be a string that is not empty, but it is ""'],
    [{ scope: 'team' }, 'CachePrimitive: scope must be'],
    [{ store: {} }, 'CachePrimitive: store must be a CacheStore, but it has no get, set, setIfAbsent, delete, close'],
    [{ key: 'prompt' }, 'CachePrimitive: key must be a function'],
    [{ cost: 0.01 }, 'CachePrimitive: cost must be a function'],
    [{ isCacheable: true }, 'CachePrimitive: isCacheable must be a function'],
    [{ prices: {} }, 'CachePrimitive: prices.price must be a function'],
    [{ model: '' }, 'CachePrimitive: model must be a string that is not empty or a function, but it is ""'],
    [{ form: 'both' }, "CachePrimitive: form must be 'whole', 'stream' or a function"],
    [{ secret: 'short' }, 'CachePrimitive: secret must have at least 16 bytes, but it has 5'],
    [{ secret: 7 }, 'CachePrimitive: secret must be a string or bytes, but it is of type number'],
    [{ cacheToolCalls: 'yes' }, 'CachePrimitive: cacheToolCalls must be true or false, but it is "yes"'],
    [{ cacheRefusals: 1 }, 'CachePrimitive: cacheRefusals must be true or false, but it is 1'],
    [{ validate: {} }, 'CachePrimitive: validate must be a function'],
    [{ maxEntryLength: -1 }, 'CachePrimitive: maxEntryLength must be a number at least 0'],
    [{ ttlMs: '1h' }, 'CachePrimitive: ttlMs must be a number above 0, but it is "1h"'],
    [{ ttlJitter: 1 }, 'CachePrimitive: ttlJitter must be a number at least 0 and at most 0.9, but it is 1'],
    [{ staleWhileRevalidateMs: -1 }, 'CachePrimitive: staleWhileRevalidateMs must be a number at least 0'],
    [{ staleIfErrorMs: Number.NaN }, 'CachePrimitive: staleIfErrorMs must be a number at least 0'],
    [{ refreshTimeoutMs: 0 }, 'CachePrimitive: refreshTimeoutMs must be a number above 0'],
    [{ staleIf: true }, 'CachePrimitive: staleIf must be a function'],
    [{ tags: ['a'] }, 'CachePrimitive: tags must be a function'],
    [{ random: 0.5 }, 'CachePrimitive: random must be a function'],
    [{ ttl: 60 }, 'CachePrimitive: ttl is not an option; the options are operation, key, vary'],
    [null, 'CachePrimitive: options must be an object, but it is null'],
  ])('are refused when they are wrong: %j', (options, message) => {
    expect(() => new CachePrimitive((input: string) => input, options as never)).toThrow(message);
  });
});
