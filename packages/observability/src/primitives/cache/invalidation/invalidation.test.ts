import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { FakeStore } from '../__fixtures__/fake-store.ts';
import { overloaded } from '../__fixtures__/scripted-step.ts';
import { ABOUT, HOME, PLAIN, taggedCache } from '../__fixtures__/tagged-cache.ts';
import { CachePrimitive } from '../cache-primitive.ts';
import { withCacheControl } from '../control/cache-control.ts';
import { guardedStore } from '../store/guard/guarded-store.ts';
import { memoryStore } from '../store/memory-store.ts';
import { type CacheStore, storedValue } from '../store/store.ts';

describe('a tag of work without a tenant', () => {
  it('reaches the answers of every API key', async () => {
    const { cache, clock } = taggedCache({ tags: () => ['site'] });
    const ask = (apiKey: string) => cache.execute({ model: 'm', messages: [], apiKey }, new WorkflowContext({ clock }));
    expect([await ask('ann'), await ask('bob')]).toEqual(['answer 1', 'answer 2']);
    await clock.advance(0);
    expect([await ask('ann'), await ask('bob')]).toEqual(['answer 1', 'answer 2']);
    await cache.invalidateTag('site', new WorkflowContext({ clock }));
    expect([await ask('ann'), await ask('bob')]).toEqual(['answer 3', 'answer 4']);
  });
});

describe('a request that was invalidated', () => {
  it('is asked again, and no other', async () => {
    using recording = recordingObserver();
    const { cache, ask, contextOf, clock } = taggedCache();
    await ask(PLAIN);
    await ask(ABOUT);
    await clock.advance(0);
    await cache.invalidate(PLAIN, contextOf());
    expect(await ask(PLAIN)).toBe('answer 3');
    expect(await ask(ABOUT)).toBe('answer 2');
    expect(recording.factsOf('cache.invalidated')).toEqual(['key']);
    expect(cache.getStats()).toMatchObject({ total: 4, misses: 3, hits: 1 });
  });

  it('is invalidated in the scope of the context only', async () => {
    const { cache, ask, contextOf, clock } = taggedCache();
    await ask(PLAIN, 'a');
    await ask(PLAIN, 'b');
    await clock.advance(0);
    await cache.invalidate(PLAIN, contextOf('a'));
    expect(await ask(PLAIN, 'b')).toBe('answer 2');
    expect(await ask(PLAIN, 'a')).toBe('answer 3');
  });

  it('is not answered by a call that had begun before, except to those who wait for it', async () => {
    using recording = recordingObserver();
    const { cache, ask, contextOf, pending, hold, clock } = taggedCache();
    hold();
    const early = ask(PLAIN);
    await clock.advance(0);
    await cache.invalidate(PLAIN, contextOf());
    const late = ask(PLAIN);
    await clock.advance(0);
    pending[1]?.resolve('new');
    expect(await late).toBe('new');
    pending[0]?.resolve('old');
    expect(await early).toBe('old');
    await clock.advance(0);
    expect(await ask(PLAIN)).toBe('new');
    expect(recording.factsOf('cache.skipped')).toEqual(['invalidated']);
  });

  it('is not answered by a call that everybody had left', async () => {
    const clock = manualClock();
    const answer = Promise.withResolvers<string>();
    const step = vi.fn((_: unknown): unknown => (step.mock.calls.length === 1 ? answer.promise : 'new'));
    const cache = new CachePrimitive(step, { store: memoryStore({ clock }) });
    const controller = new AbortController();
    const left = cache.execute('q', new WorkflowContext({ clock, signal: controller.signal })).catch(() => {});
    await clock.advance(0);
    controller.abort();
    await left;
    await cache.invalidate('q', new WorkflowContext({ clock }));
    answer.resolve('old');
    await clock.advance(0);
    expect(await cache.execute('q', new WorkflowContext({ clock }))).toBe('new');
  });

  it('is not answered by a refresh that had begun before', async () => {
    const { cache, ask, contextOf, pending, hold, release, clock } = taggedCache({ staleWhileRevalidateMs: 60_000 });
    await ask(PLAIN);
    await clock.advance(10_000);
    hold();
    await ask(PLAIN);
    await clock.advance(0);
    await cache.invalidate(PLAIN, contextOf());
    pending[0]?.resolve('old');
    await clock.advance(0);
    release();
    expect(await ask(PLAIN)).toBe('answer 3');
  });

  it('is deleted after a write that was under way', async () => {
    const fake = new FakeStore();
    const written = Promise.withResolvers<void>();
    fake.trouble = (operation) => (operation === 'set' ? written.promise : undefined);
    const { cache, ask, contextOf, clock } = taggedCache({ store: guardedStore(fake) });
    await ask(PLAIN);
    const invalidated = cache.invalidate(PLAIN, contextOf());
    await clock.advance(0);
    written.resolve();
    await invalidated;
    await clock.advance(0);
    expect([...fake.held.keys()]).toEqual([]);
    expect(await ask(PLAIN)).toBe('answer 2');
  });

  it('needs nothing done when it is never looked up', async () => {
    const { cache } = taggedCache();
    await expect(cache.invalidate({ n: 1n })).resolves.toBeUndefined();
  });
});

describe('a tag that was invalidated', () => {
  it('takes with it every answer under it, and no other, without looking for one', async () => {
    using recording = recordingObserver();
    const { cache, ask, contextOf, clock, calls } = taggedCache();
    for (const page of [HOME, ABOUT, PLAIN]) await ask(page);
    await clock.advance(0);
    for (const page of [HOME, ABOUT, PLAIN]) await ask(page);
    expect(calls()).toBe(3);
    await cache.invalidateTag('home', contextOf());
    for (const page of [HOME, ABOUT, PLAIN]) await ask(page);
    expect(calls()).toBe(4);
    await clock.advance(0);
    await cache.invalidateTag(['site', 'unheard of'], contextOf());
    for (const page of [HOME, ABOUT, PLAIN]) await ask(page);
    expect(calls()).toBe(6);
    await clock.advance(0);
    for (const page of [HOME, ABOUT, PLAIN]) await ask(page);
    expect(calls()).toBe(6);
    expect(recording.factsOf('cache.invalidated')).toEqual(['tag', 'tag']);
  });

  it('is a tag of one scope', async () => {
    const { cache, ask, contextOf, clock, calls } = taggedCache();
    for (const tenant of ['a', 'b']) await ask(HOME, tenant);
    await clock.advance(0);
    await cache.invalidateTag('home', contextOf('a'));
    await ask(HOME, 'b');
    expect(calls()).toBe(2);
    await ask(HOME, 'a');
    expect(calls()).toBe(3);
  });

  it('is not outlived by the answer of a call that had begun before, in whatever process', async () => {
    const clock = manualClock();
    const store = memoryStore({ clock });
    const [one, other] = [taggedCache({ store }, clock), taggedCache({ store }, clock)];
    await one.ask(ABOUT);
    await clock.advance(10_000);
    one.hold();
    const early = one.ask(ABOUT);
    await clock.advance(0);
    await other.cache.invalidateTag('site', other.contextOf());
    one.pending[0]?.resolve('old');
    expect(await early).toBe('old');
    await clock.advance(0);
    expect(await other.ask(ABOUT)).toBe('answer 1');
    await clock.advance(0);
    one.release();
    expect(await one.ask(ABOUT)).toBe('answer 1');
  });

  it('is not outlived by the answer of a call that had begun while the tag had no generation', async () => {
    using recording = recordingObserver();
    const clock = manualClock();
    const fake = new FakeStore();
    const founding = Promise.withResolvers<void>();
    const slow: CacheStore = Object.assign(Object.create(fake) as FakeStore, {
      setIfAbsent: async (key: string, value: string, ttlMs: number) => {
        await founding.promise;
        return fake.setIfAbsent(key, value, ttlMs);
      },
    });
    const [one, other] = [taggedCache({ store: guardedStore(slow) }, clock), taggedCache({ store: fake }, clock)];
    one.hold();
    const early = one.ask(ABOUT);
    await clock.advance(0);
    await other.cache.invalidateTag('site', other.contextOf());
    founding.resolve();
    one.pending[0]?.resolve('old');
    expect(await early).toBe('old');
    await clock.advance(0);
    expect(await other.ask(ABOUT)).toBe('answer 1');
    expect(recording.factsOf('cache.skipped')).toEqual(['tags_unknown']);
  });

  it('lets nobody join a call that had begun before in this process', async () => {
    const { cache, ask, contextOf, pending, hold, clock } = taggedCache();
    hold();
    const early = ask(ABOUT);
    await clock.advance(0);
    await cache.invalidateTag('site', contextOf());
    const late = ask(ABOUT);
    await clock.advance(0);
    pending[0]?.resolve('old');
    pending[1]?.resolve('new');
    expect(await Promise.all([early, late])).toEqual(['old', 'new']);
    await clock.advance(0);
    expect(await ask(ABOUT)).toBe('new');
  });

  it('is not brought back by the loss of its generation, which only loses answers', async () => {
    const fake = new FakeStore();
    const { ask, cache, contextOf, clock, calls } = taggedCache({ store: fake });
    const lose = (): void => {
      for (const key of fake.held.keys()) if (key.includes(':tag:')) fake.held.delete(key);
    };
    await ask(ABOUT);
    await clock.advance(0);
    await cache.invalidateTag('site', contextOf());
    lose();
    expect(await ask(ABOUT)).toBe('answer 2');
    await clock.advance(0);
    lose();
    expect(await ask(ABOUT)).toBe('answer 3');
    await clock.advance(0);
    expect(await ask(ABOUT)).toBe('answer 3');
    expect(calls()).toBe(3);
  });

  it('serves none of its answers stale, at once or for an error', async () => {
    const { ask, cache, contextOf, pending, hold, clock } = taggedCache({
      staleWhileRevalidateMs: 60_000,
      staleIfErrorMs: 60_000,
    });
    await ask(ABOUT);
    await clock.advance(11_000);
    await cache.invalidateTag('site', contextOf());
    hold();
    const asked = ask(ABOUT).catch((error: unknown) => error);
    await clock.advance(0);
    const error = overloaded();
    pending[0]?.reject(error);
    expect(await asked).toBe(error);
  });

  it('is not known by a cache that has learned to tag since', async () => {
    const clock = manualClock();
    const store = memoryStore({ clock });
    const [before, after] = [taggedCache({ store, tags: undefined }, clock), taggedCache({ store }, clock)];
    await before.ask(ABOUT);
    await clock.advance(0);
    expect(await after.ask(ABOUT)).toBe('answer 1');
    expect(after.calls()).toBe(1);
    await clock.advance(0);
    expect(await before.ask(ABOUT)).toBe('answer 2');
  });

  it('costs a burst of new requests one generation and none of their answers', async () => {
    const fake = new FakeStore();
    const { ask, calls, clock } = taggedCache({ store: fake });
    const pages = Array.from({ length: 20 }, (_, index) => ({ page: `${index}`, tags: ['site'] }));
    await Promise.all(pages.map((page) => ask(page)));
    await clock.advance(0);
    expect([...fake.held.keys()].filter((key) => key.includes(':tag:'))).toHaveLength(1);
    await Promise.all(pages.map((page) => ask(page)));
    expect(calls()).toBe(20);
  });

  it('is read in one go for all the tags of a request, where the store can', async () => {
    const fake = new FakeStore();
    const getMany = vi.fn(async (keys: readonly string[]) => keys.map((key) => storedValue(fake.held.get(key))));
    const store = Object.assign(Object.create(fake) as FakeStore, { getMany });
    const { ask, calls, clock } = taggedCache({ store: guardedStore(store) });
    await ask(HOME);
    await clock.advance(0);
    await ask(HOME);
    expect(calls()).toBe(1);
    if (guardedStore(store).getMany !== undefined) expect(getMany).toHaveBeenCalledTimes(2);
  });

  it('stands in no key, and neither does anything else of a request', async () => {
    const fake = new FakeStore();
    const { ask, clock } = taggedCache({ store: fake });
    await ask({ page: 'marker-8731', tags: ['marker-8731'] });
    await clock.advance(0);
    expect(fake.held.size).toBe(2);
    expect(JSON.stringify([...fake.held.keys()])).not.toContain('marker-8731');
  });

  it.each([
    [
      'fail',
      () => {
        throw new Error('broken');
      },
    ],
    ['are no array', () => 'site' as never],
    ['are no texts', () => [7] as never],
    ['are a promise', () => Promise.reject(new Error('late')) as never],
  ])('cannot be told: tags that %s keep the request from being looked up', async (_, tags) => {
    using recording = recordingObserver();
    const { ask, cache } = taggedCache({ tags });
    expect(await ask(HOME)).toBe('answer 1');
    expect(await ask(HOME)).toBe('answer 2');
    expect(cache.getStats()).toMatchObject({ total: 2, bypasses: 2 });
    expect(recording.factsOf('cache.skipped')).toEqual(['policy', 'policy']);
  });
});

describe('an invalidation of a tag', () => {
  it.each<[unknown, string]>([
    [5, 'tag must be a text that is not empty, but it is 5'],
    ['', 'tag must be a text that is not empty, but it is ""'],
    [undefined, 'tag must be a text that is not empty, but it is undefined'],
    [['site', ''], 'tag[1] must be a text that is not empty, but it is ""'],
    [['site', 7], 'tag[1] must be a text that is not empty, but it is 7'],
  ])('is refused by name where there can be none: %o', async (tag, sentence) => {
    const { cache, contextOf } = taggedCache();
    await expect(cache.invalidateTag(tag as string, contextOf())).rejects.toThrow(
      new TypeError(`invalidateTag: ${sentence}`),
    );
  });

  it('can be made by a process that only invalidates, and has no tags of its own', async () => {
    const clock = manualClock();
    const store = memoryStore({ clock });
    const asking = taggedCache({ store }, clock);
    const invalidating = taggedCache({ store, tags: undefined }, clock);
    await asking.ask(ABOUT);
    await clock.advance(0);
    await invalidating.cache.invalidateTag('site', invalidating.contextOf());
    await asking.ask(ABOUT);
    expect(asking.calls()).toBe(2);
  });
});

it('a caller who asks for a refresh gets it stored under the tags of the request', async () => {
  const { ask, cache, contextOf, clock } = taggedCache();
  await cache.execute(ABOUT, withCacheControl(contextOf(), { noCache: true }));
  await clock.advance(0);
  expect(await ask(ABOUT)).toBe('answer 1');
  await cache.invalidateTag('site', contextOf());
  expect(await ask(ABOUT)).toBe('answer 2');
});
