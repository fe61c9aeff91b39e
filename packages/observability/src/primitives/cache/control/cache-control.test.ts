import { step, WorkflowContext } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { FakeStore, never } from '../__fixtures__/fake-store.ts';
import { overloaded, scriptedStep } from '../__fixtures__/scripted-step.ts';
import type { CacheOptions } from '../cache-options.ts';
import { CachePrimitive } from '../cache-primitive.ts';
import { guardedStore } from '../store/guard/guarded-store.ts';
import { memoryStore } from '../store/memory-store.ts';
import { type CacheControl, withCacheControl } from './cache-control.ts';
import { type CacheReport, cacheHeaders } from './cache-report.ts';
import { isNotCachedError } from './not-cached-error.ts';

function arrange(options: Partial<CacheOptions<unknown>> = {}, script?: (call: number) => unknown) {
  const clock = manualClock();
  const scripted = scriptedStep(script);
  const asked = vi.fn(scripted.step);
  const cache = new CachePrimitive(asked, {
    store: memoryStore({ clock }),
    operation: 'chat',
    ttlMs: 10_000,
    ttlJitter: 0,
    ...options,
  });
  const context = new WorkflowContext({ clock, tenantId: 'acme' });
  const ask = (control: CacheControl = {}, input: unknown = 'q') =>
    cache.execute(input, withCacheControl(context, control));
  return { clock, ...scripted, step: asked, cache, context, ask };
}

describe('a caller', () => {
  it('who says { noCache: true } gets a new answer, which is stored', async () => {
    using recording = recordingObserver();
    const { cache, ask, clock } = arrange();
    await ask();
    expect(await ask({ noCache: true })).toBe('answer 2');
    await clock.advance(0);
    expect(await ask()).toBe('answer 2');
    expect(recording.factsOf('cache.outcome')).toEqual(['miss', 'bypass', 'hit']);
    expect(cache.getStats()).toMatchObject({ total: 3, misses: 1, bypasses: 1, hits: 1, refreshes: 0 });
  });

  it('who wants a new answer shares the call with those who want one too, and lets the others have what is stored', async () => {
    const { cache, ask, step: asked, pending, hold, clock } = arrange();
    await ask();
    hold();
    const renewed = [ask({ noCache: true }), ask({ noCache: true })];
    await clock.advance(0);
    expect(await ask()).toBe('answer 1');
    pending[0]?.resolve('renewed');
    expect(await Promise.all(renewed)).toEqual(['renewed', 'renewed']);
    expect(asked).toHaveBeenCalledTimes(2);
    expect(cache.getStats()).toMatchObject({ total: 4, misses: 1, bypasses: 1, hits: 2, coalesced: 1 });
  });

  it('who wants a new answer, or a young one, does not get one that was complete before and is still being stored', async () => {
    const fake = new FakeStore();
    fake.trouble = (operation) => (operation === 'set' ? never() : undefined);
    const { ask, clock } = arrange({ store: guardedStore(fake, { clock: manualClock() }) });
    for (const control of [{ noCache: true }, { maxAgeMs: 1 }]) {
      const first = await ask(control);
      await clock.advance(5);
      expect(await ask(control)).not.toBe(first);
    }
  });

  it('who wants a new answer gets the error when there is none, also where a stale one stands by', async () => {
    const { ask, clock } = arrange({ staleIfErrorMs: 60_000 }, (call) => {
      if (call > 1) throw overloaded();
      return 'answer';
    });
    await ask();
    await clock.advance(10_000);
    await expect(ask({ noCache: true })).rejects.toThrow('overloaded');
    expect(await ask()).toBe('answer');
  });

  it('who says noStore gets an answer of its own, and leaves nothing behind', async () => {
    using recording = recordingObserver();
    const { cache, ask, step: asked, clock } = arrange();
    await ask();
    expect(await Promise.all([ask({ noStore: true }), ask({ noStore: true })])).toEqual(['answer 2', 'answer 3']);
    await clock.advance(0);
    expect(await ask()).toBe('answer 1');
    expect(asked).toHaveBeenCalledTimes(3);
    expect(cache.getStats()).toMatchObject({ total: 4, misses: 1, bypasses: 2, hits: 1 });
    expect(recording.factsOf('cache.skipped')).toEqual(['no_store', 'no_store']);
  });

  it('who says maxAgeMs gets only what is younger', async () => {
    const { clock, cache, ask } = arrange();
    await ask();
    await clock.advance(999);
    expect(await ask({ maxAgeMs: 1_000 })).toBe('answer 1');
    await clock.advance(1);
    expect(await ask({ maxAgeMs: 1_000 })).toBe('answer 2');
    await clock.advance(0);
    expect(await ask()).toBe('answer 2');
    expect(await ask({ maxAgeMs: 0 })).toBe('answer 3');
    expect(cache.getStats()).toMatchObject({ misses: 3, hits: 2 });
  });

  it('who limits the age gets nothing stale, at once or for an error, unless it says how stale', async () => {
    const {
      clock,
      ask,
      step: asked,
    } = arrange({ staleWhileRevalidateMs: 60_000 }, (call) => {
      if (call > 1) throw overloaded();
      return 'answer';
    });
    await ask();
    await clock.advance(11_000);
    await expect(ask({ maxAgeMs: 20_000 })).rejects.toThrow('overloaded');
    expect(await ask({ maxAgeMs: 20_000, maxStaleMs: 5_000 })).toBe('answer');
    await clock.advance(0);
    expect(asked).toHaveBeenCalledTimes(3);
  });

  it('who says maxStaleMs gets what is that stale, and nothing staler', async () => {
    using recording = recordingObserver();
    const { clock, ask } = arrange({ staleIfErrorMs: 60_000 }, (call) => {
      if (call > 1) throw overloaded();
      return 'answer';
    });
    await ask();
    await clock.advance(12_000);
    expect(await ask({ maxStaleMs: 2_001 })).toBe('answer');
    await expect(ask({ maxStaleMs: 2_000 })).rejects.toThrow('overloaded');
    await expect(ask({ maxStaleMs: 0 })).rejects.toThrow('overloaded');
    expect(await ask({ maxStaleMs: Number.POSITIVE_INFINITY })).toBe('answer');
    expect(await ask()).toBe('answer');
    expect(recording.factsOf('cache.staleServed')).toEqual(['accepted', 'accepted', 'server_error']);
  });

  it('who says onlyIfCached never makes a call', async () => {
    const { clock, cache, ask, step: asked } = arrange({ staleWhileRevalidateMs: 1_000 });
    const missing = await ask({ onlyIfCached: true }).catch((error: unknown) => error);
    expect(isNotCachedError(missing)).toBe(true);
    expect(missing).toMatchObject({ name: 'NotCachedError', code: 'ERR_TTA_NOT_CACHED', operation: 'chat' });
    await ask();
    expect(await ask({ onlyIfCached: true })).toBe('answer 1');
    await clock.advance(10_500);
    expect(await ask({ onlyIfCached: true })).toBe('answer 1');
    await clock.advance(0);
    for (const other of [{ noCache: true }, { noStore: true }]) {
      await expect(ask({ onlyIfCached: true, ...other })).rejects.toThrow('chat: no stored answer fits');
    }
    await expect(ask({ onlyIfCached: true }, { n: 1n })).rejects.toThrow('chat: no stored answer fits');
    expect(asked).toHaveBeenCalledTimes(1);
    expect(cache.getStats()).toMatchObject({ total: 7, misses: 2, hits: 2, stale: 1, bypasses: 3 });
  });

  it('who says onlyIfCached is a miss, also when several ask at once', async () => {
    const { cache, ask } = arrange();
    const errors = await Promise.all([1, 2, 3].map(() => ask({ onlyIfCached: true }).catch((error: unknown) => error)));
    expect(errors.every(isNotCachedError)).toBe(true);
    expect(cache.getStats()).toMatchObject({ total: 3, misses: 3, coalesced: 0 });
  });

  it('who asks something special does not change what others get at the same time', async () => {
    const { clock, ask, step: asked } = arrange();
    await ask();
    await clock.advance(5_000);
    const answers = await Promise.all([ask({ maxAgeMs: 1_000 }), ask(), ask({ onlyIfCached: true })]);
    expect(answers).toEqual(['answer 2', 'answer 1', 'answer 1']);
    expect(asked).toHaveBeenCalledTimes(2);
  });
});

describe('what a caller asks of a cache', () => {
  const nest = (operation: string, inner: CachePrimitive<unknown, unknown>) =>
    new CachePrimitive(inner, { operation, store: memoryStore() });

  it.each(['noCache', 'noStore'] as const)('is not seen by a cache inside its step: %s', async (directive) => {
    const { cache: inner, step: asked, context } = arrange();
    const outer = nest('outer', inner);
    await outer.execute('q', context);
    expect(await outer.execute('q', withCacheControl(context, { [directive]: true }))).toBe('answer 1');
    expect(asked).toHaveBeenCalledTimes(1);
    expect(outer.getStats()).toMatchObject({ misses: 1, bypasses: 1 });
    expect(inner.getStats()).toMatchObject({ misses: 1, hits: 1 });
  });

  it('is not seen by caches inside the step of a refresh in the background', async () => {
    const { clock, cache: inner, context } = arrange();
    const outer = new CachePrimitive(inner, {
      store: memoryStore({ clock }),
      operation: 'outer',
      ttlMs: 1_000,
      staleWhileRevalidateMs: 5_000,
    });
    await outer.execute('q', context);
    await clock.advance(1_000);
    await outer.execute('q', withCacheControl(context, { maxStaleMs: 5_000 }));
    await clock.advance(0);
    expect(outer.getStats().refreshes).toBe(1);
    expect(inner.getStats()).toMatchObject({ misses: 1, hits: 1 });
  });

  it('is meant for the caches of one name, wherever they are, when it says so', async () => {
    const { cache: inner, step: asked, context } = arrange();
    const outer = new CachePrimitive(inner, { operation: 'outer', isCacheable: () => false });
    await outer.execute('q', context);
    const answer = await outer.execute('q', withCacheControl(context, { noCache: true, operation: 'chat' }));
    expect(answer).toBe('answer 2');
    expect(asked).toHaveBeenCalledTimes(2);
    expect(outer.getStats()).toMatchObject({ misses: 2 });
    expect(inner.getStats()).toMatchObject({ misses: 1, bypasses: 1 });
  });

  it('reaches the cache through whatever is around it', async () => {
    const { cache, context } = arrange();
    const workflow = step('outside', (input: unknown, own) => cache.execute(input, own.child('inside')));
    await workflow.execute('q', context);
    expect(await workflow.execute('q', withCacheControl(context, { noCache: true }))).toBe('answer 2');
  });

  it('adds to what was asked before, and leaves the context it is made from alone', async () => {
    const { cache, context } = arrange();
    const outcomes: string[] = [];
    const listening = withCacheControl(context, { onOutcome: ({ outcome }) => outcomes.push(outcome) });
    await cache.execute('q', withCacheControl(listening, { noCache: true }));
    await cache.execute('q', listening);
    await cache.execute('q', context);
    expect(outcomes).toEqual(['bypass', 'hit']);
  });

  it.each<[object, string]>([
    [{ maxAgeMs: -1 }, 'withCacheControl: maxAgeMs must be a number at least 0'],
    [{ maxStaleMs: '5' }, 'withCacheControl: maxStaleMs must be'],
    [{ noCache: 1 }, 'withCacheControl: noCache must be true or false'],
    [{ operation: '' }, 'withCacheControl: operation must be'],
    [{ onOutcome: true }, 'withCacheControl: onOutcome must be a function'],
    [{ 'no-cache': true }, 'withCacheControl: no-cache is not an option; the options are noCache, noStore'],
  ])('is refused when it is wrong: %j', (control, message) => {
    expect(() => withCacheControl(new WorkflowContext(), control as CacheControl)).toThrow(message);
  });
});

describe('the report of a lookup', () => {
  it('tells outcome, age, key and tier of the caller’s own execution', async () => {
    const { clock, ask } = arrange({ staleWhileRevalidateMs: 5_000 });
    const reports: CacheReport[] = [];
    const onOutcome = (report: CacheReport): void => void reports.push(report);
    await Promise.all([ask({ onOutcome }), ask({ onOutcome })]);
    await clock.advance(2_500);
    await ask({ onOutcome });
    await clock.advance(7_500);
    await ask({ onOutcome });
    await ask({ onOutcome, noStore: true });
    expect(reports.map(({ outcome, ageMs, tier }) => [outcome, ageMs, tier])).toEqual([
      ['miss', undefined, undefined],
      ['coalesced', undefined, undefined],
      ['hit', 2_500, 'near'],
      ['stale', 10_000, 'near'],
      ['bypass', undefined, undefined],
    ]);
    expect(reports.map(({ skipped }) => skipped)).toEqual([undefined, undefined, undefined, undefined, 'no_store']);
    expect(new Set(reports.slice(0, 4).map(({ key }) => key)).size).toBe(1);
    expect(reports.map(cacheHeaders)).toEqual([
      { 'x-cache': 'MISS', 'x-cache-key': expect.stringMatching(/^v1:chat:/) },
      { 'x-cache': 'COALESCED', 'x-cache-key': expect.any(String) },
      { 'x-cache': 'HIT', 'x-cache-key': expect.any(String), age: '2' },
      { 'x-cache': 'STALE', 'x-cache-key': expect.any(String), age: '10' },
      { 'x-cache': 'BYPASS' },
    ]);
  });

  it('comes once, also when the step fails', async () => {
    const { ask } = arrange({}, () => {
      throw overloaded();
    });
    const onOutcome = vi.fn();
    await ask({ onOutcome }).catch(() => {});
    expect(onOutcome).toHaveBeenCalledTimes(1);
    expect(onOutcome).toHaveBeenCalledWith(expect.objectContaining({ operation: 'chat', outcome: 'miss' }));
  });

  it.each([
    [
      'fails',
      () => {
        throw new Error('broken listener');
      },
    ],
    ['gives a promise that rejects', () => Promise.reject(new Error('late'))],
  ])('costs nobody the answer when its listener %s', async (_, onOutcome) => {
    const { ask } = arrange();
    expect(await ask({ onOutcome })).toBe('answer 1');
    await new Promise((resolve) => setImmediate(resolve)); // an unheard rejection would fail the run
  });
});
