import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { FakeStore, never, reply } from '../__fixtures__/fake-store.ts';
import { overloaded, scriptedStep } from '../__fixtures__/scripted-step.ts';
import type { CacheOptions } from '../cache-options.ts';
import { CachePrimitive } from '../cache-primitive.ts';
import { withCacheControl } from '../control/cache-control.ts';
import { guardedStore } from '../store/guard/guarded-store.ts';
import { memoryStore } from '../store/memory-store.ts';
import { type CacheStore, StoreError } from '../store/store.ts';
import { tieredStore } from '../store/tiered-store.ts';

interface Page {
  readonly page: string;
  readonly tags?: readonly string[];
}

/** One process: a cache of its own on a store that others may share. */
function arrange(options: Partial<CacheOptions<unknown>> = {}, clock = manualClock()) {
  const scripted = scriptedStep();
  const step = vi.fn(scripted.step);
  const cache = new CachePrimitive(step, {
    store: memoryStore({ clock }),
    operation: 'chat',
    ttlMs: 10_000,
    ttlJitter: 0,
    tags: (input) => (input as Page).tags ?? [],
    ...options,
  });
  const contextOf = (tenantId = 'acme') => new WorkflowContext({ clock, tenantId });
  const ask = (input: Page, tenantId?: string) => cache.execute(input, contextOf(tenantId));
  return { clock, ...scripted, step, cache, contextOf, ask };
}

const HOME: Page = { page: 'home', tags: ['site', 'home'] };
const ABOUT: Page = { page: 'about', tags: ['site'] };
const PLAIN: Page = { page: 'plain' };

describe('a request that was invalidated', () => {
  it('is asked again, and no other', async () => {
    using recording = recordingObserver();
    const { cache, ask, contextOf, clock } = arrange();
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
    const { cache, ask, contextOf, clock } = arrange();
    await ask(PLAIN, 'a');
    await ask(PLAIN, 'b');
    await clock.advance(0);
    await cache.invalidate(PLAIN, contextOf('a'));
    expect(await ask(PLAIN, 'b')).toBe('answer 2');
    expect(await ask(PLAIN, 'a')).toBe('answer 3');
  });

  it('is not answered by a call that had begun before, except to those who wait for it', async () => {
    using recording = recordingObserver();
    const { cache, ask, contextOf, pending, hold, clock } = arrange();
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
    const { cache, ask, contextOf, pending, hold, release, clock } = arrange({ staleWhileRevalidateMs: 60_000 });
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
    const { cache, ask, contextOf, clock } = arrange({ store: guardedStore(fake) });
    await ask(PLAIN);
    const invalidated = cache.invalidate(PLAIN, contextOf());
    written.resolve();
    await invalidated;
    await clock.advance(0);
    expect([...fake.held.keys()]).toEqual([]);
    expect(await ask(PLAIN)).toBe('answer 2');
  });

  it('loses all its samples', async () => {
    let chance = 0;
    const { cache, ask, contextOf, clock } = arrange({ samples: 3, random: () => chance });
    for (chance of [0, 0.5, 0.99]) await ask(PLAIN);
    await clock.advance(0);
    await cache.invalidate(PLAIN, contextOf());
    for (chance of [0, 0.5, 0.99]) await ask(PLAIN);
    expect(cache.getStats()).toMatchObject({ misses: 6, hits: 0 });
  });

  it('is counted as rejected when its answer was bad', async () => {
    using recording = recordingObserver();
    const { cache, ask, contextOf, clock } = arrange();
    await ask(PLAIN);
    await clock.advance(0);
    await cache.reject(PLAIN, contextOf());
    expect(await ask(PLAIN)).toBe('answer 2');
    expect(recording.factsOf('cache.invalidated')).toEqual(['rejection']);
    expect(cache.getStats().total).toBe(2);
  });

  it('needs nothing done when it is never looked up', async () => {
    const { cache } = arrange();
    await expect(cache.invalidate({ n: 1n })).resolves.toBeUndefined();
  });
});

describe('a tag that was invalidated', () => {
  it('takes with it every answer under it, and no other, without looking for one', async () => {
    using recording = recordingObserver();
    const { cache, ask, contextOf, clock, step } = arrange();
    for (const page of [HOME, ABOUT, PLAIN]) await ask(page);
    await clock.advance(0);
    for (const page of [HOME, ABOUT, PLAIN]) await ask(page);
    expect(step).toHaveBeenCalledTimes(3);
    await cache.invalidateTag('home', contextOf());
    for (const page of [HOME, ABOUT, PLAIN]) await ask(page);
    expect(step).toHaveBeenCalledTimes(4);
    await clock.advance(0);
    await cache.invalidateTag(['site', 'unheard of'], contextOf());
    for (const page of [HOME, ABOUT, PLAIN]) await ask(page);
    expect(step).toHaveBeenCalledTimes(6);
    await clock.advance(0);
    for (const page of [HOME, ABOUT, PLAIN]) await ask(page);
    expect(step).toHaveBeenCalledTimes(6);
    expect(recording.factsOf('cache.invalidated')).toEqual(['tag', 'tag']);
  });

  it('is a tag of one scope', async () => {
    const { cache, ask, contextOf, clock, step } = arrange();
    for (const tenant of ['a', 'b']) await ask(HOME, tenant);
    await clock.advance(0);
    await cache.invalidateTag('home', contextOf('a'));
    await ask(HOME, 'b');
    expect(step).toHaveBeenCalledTimes(2);
    await ask(HOME, 'a');
    expect(step).toHaveBeenCalledTimes(3);
  });

  it('is not outlived by the answer of a call that had begun before, in whatever process', async () => {
    const clock = manualClock();
    const store = memoryStore({ clock });
    const [one, other] = [arrange({ store }, clock), arrange({ store }, clock)];
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
    const [one, other] = [arrange({ store: guardedStore(slow) }, clock), arrange({ store: fake }, clock)];
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
    const { cache, ask, contextOf, pending, hold, clock } = arrange();
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
    const { ask, cache, contextOf, clock, step } = arrange({ store: fake });
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
    expect(step).toHaveBeenCalledTimes(3);
  });

  it('serves none of its answers stale, at once or for an error', async () => {
    const { ask, cache, contextOf, pending, hold, clock } = arrange({
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
    const [before, after] = [arrange({ store, tags: undefined }, clock), arrange({ store }, clock)];
    await before.ask(ABOUT);
    await clock.advance(0);
    expect(await after.ask(ABOUT)).toBe('answer 1');
    expect(after.step).toHaveBeenCalledTimes(1);
    await clock.advance(0);
    expect(await before.ask(ABOUT)).toBe('answer 2');
  });

  it('costs a burst of new requests one generation and none of their answers', async () => {
    const fake = new FakeStore();
    const { ask, step, clock } = arrange({ store: fake });
    const pages = Array.from({ length: 20 }, (_, index) => ({ page: `${index}`, tags: ['site'] }));
    await Promise.all(pages.map((page) => ask(page)));
    await clock.advance(0);
    expect([...fake.held.keys()].filter((key) => key.includes(':tag:'))).toHaveLength(1);
    await Promise.all(pages.map((page) => ask(page)));
    expect(step).toHaveBeenCalledTimes(20);
  });

  it('is read in one go for all the tags of a request, where the store can', async () => {
    const fake = new FakeStore();
    const getMany = vi.fn(async (keys: readonly string[]) => keys.map((key) => fake.held.get(key)));
    const store = Object.assign(Object.create(fake) as FakeStore, { getMany });
    const { ask, step, clock } = arrange({ store: guardedStore(store) });
    await ask(HOME);
    await clock.advance(0);
    await ask(HOME);
    expect(step).toHaveBeenCalledTimes(1);
    if (guardedStore(store).getMany !== undefined) expect(getMany).toHaveBeenCalledTimes(2);
  });

  it('stands in no key, and neither does anything else of a request', async () => {
    const fake = new FakeStore();
    const { ask, clock } = arrange({ store: fake });
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
    const { ask, cache } = arrange({ tags });
    expect(await ask(HOME)).toBe('answer 1');
    expect(await ask(HOME)).toBe('answer 2');
    expect(cache.getStats()).toMatchObject({ total: 2, bypasses: 2 });
    expect(recording.factsOf('cache.skipped')).toEqual(['policy', 'policy']);
  });
});

describe('an invalidation with a store in trouble', () => {
  it.each<['invalidate' | 'reject' | 'invalidateTag']>([['invalidate'], ['reject'], ['invalidateTag']])(
    'rejects, so that its caller knows: %s',
    async (method) => {
      using recording = recordingObserver();
      const fake = new FakeStore();
      fake.trouble = reply('READONLY');
      const { cache } = arrange({ store: fake });
      await expect(cache[method]('x' as never)).rejects.toThrow(StoreError);
      expect(recording.factsOf('cache.invalidated')).toEqual([]);
      expect(recording.factsOf('cache.writeFailed')).toEqual(['readonly']);
    },
  );

  it('asks the step of a tagged request when the generations cannot be read, and stores nothing', async () => {
    using recording = recordingObserver();
    const fake = new FakeStore();
    const { ask, step, clock } = arrange({ store: fake });
    fake.trouble = (operation) => (operation === 'get' ? never() : undefined);
    const first = ask(ABOUT);
    await clock.advance(60);
    await vi.waitFor(() => expect(step).toHaveBeenCalledTimes(1));
    expect(await first).toBe('answer 1');
    expect(recording.factsOf('cache.skipped')).toEqual(['tags_unknown']);
  });
});

describe('an invalidation by another process, behind a near tier', () => {
  function twoProcesses() {
    const clock = manualClock();
    const far = new FakeStore();
    const farOf = () => guardedStore(Object.create(far) as FakeStore, { clock });
    const processOf = () =>
      arrange({ store: tieredStore(memoryStore({ clock }), farOf(), { clock }), ttlMs: 3_600_000 }, clock);
    return { clock, far, one: processOf(), other: processOf() };
  }

  it('is seen at once for a tag, because its generation is decided far', async () => {
    const { clock, one, other } = twoProcesses();
    await one.ask(ABOUT);
    await clock.advance(0);
    await other.ask(ABOUT);
    await other.cache.invalidateTag('site', other.contextOf());
    expect(await one.ask(ABOUT)).toBe('answer 2');
    expect(other.step).not.toHaveBeenCalled();
    await other.ask(ABOUT); // its own near tier has the old answer only
    expect(other.step).toHaveBeenCalledTimes(1);
  });

  it('is seen for a request once the near tier has forgotten it', async () => {
    const { clock, one, other } = twoProcesses();
    await one.ask(PLAIN);
    await clock.advance(0);
    await other.cache.invalidate(PLAIN, other.contextOf());
    await clock.advance(59_999);
    expect(await one.ask(PLAIN)).toBe('answer 1');
    await clock.advance(1);
    expect(await one.ask(PLAIN)).toBe('answer 2');
  });

  it('leaves near answers usable for a minute while the far tier cannot be asked, and then no tagged one', async () => {
    const { clock, far, one } = twoProcesses();
    await one.ask(ABOUT);
    await clock.advance(1_000);
    await one.ask(ABOUT);
    far.trouble = reply('gone');
    await clock.advance(30_000);
    expect(await one.ask(ABOUT)).toBe('answer 1');
    await clock.advance(30_000);
    expect(await one.ask(ABOUT)).toBe('answer 2');
  });

  it('that was its own and has failed takes the tag out of use at once in this process', async () => {
    const { clock, far, one } = twoProcesses();
    await one.ask(ABOUT);
    await clock.advance(1_000);
    await one.ask(ABOUT);
    far.trouble = reply('gone');
    await expect(one.cache.invalidateTag('site', one.contextOf())).rejects.toThrow(StoreError);
    expect(await one.ask(ABOUT)).toBe('answer 2');
  });
});

describe('a version', () => {
  it('begins with nothing stored, and leaves the answers of another alone', async () => {
    const clock = manualClock();
    const store = memoryStore({ clock });
    const versions = ['1', '2', undefined].map((version) => arrange({ store, version }, clock));
    for (const { ask, step } of versions) {
      await ask(PLAIN);
      await clock.advance(0);
      await ask(PLAIN);
      expect(step).toHaveBeenCalledTimes(1);
    }
    for (const { ask, cache } of versions) {
      await ask(PLAIN);
      expect(cache.getStats()).toMatchObject({ misses: 1, hits: 2 });
    }
  });

  it('goes with what else tells answers apart', async () => {
    const clock = manualClock();
    const store = memoryStore({ clock });
    const vary = (input: unknown) => (input as Page).tags;
    const { ask, step } = arrange(
      { store, version: '1', vary, tags: undefined, key: (input) => (input as Page).page },
      clock,
    );
    await ask({ page: 'x', tags: ['a'] });
    await ask({ page: 'x', tags: ['b'] });
    await clock.advance(0);
    await ask({ page: 'x', tags: ['a'] });
    expect(step).toHaveBeenCalledTimes(2);
  });
});

it('a caller who asks for a refresh gets it stored under the tags of the request', async () => {
  const { ask, cache, contextOf, clock } = arrange();
  await cache.execute(ABOUT, withCacheControl(contextOf(), { noCache: true }));
  await clock.advance(0);
  expect(await ask(ABOUT)).toBe('answer 1');
  await cache.invalidateTag('site', contextOf());
  expect(await ask(ABOUT)).toBe('answer 2');
});
