import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { FakeStore, never, reply } from '../__fixtures__/fake-store.ts';
import { ABOUT, type Page, PLAIN, type TaggedCache, taggedCache } from '../__fixtures__/tagged-cache.ts';
import { guardedStore } from '../store/guard/guarded-store.ts';
import { memoryStore } from '../store/memory-store.ts';
import { StoreError } from '../store/store.ts';
import { tieredStore } from '../store/tiered-store.ts';

describe('an invalidation with a store in trouble', () => {
  it.each<['invalidate' | 'invalidateTag']>([['invalidate'], ['invalidateTag']])(
    'rejects, so that its caller knows: %s',
    async (method) => {
      using recording = recordingObserver();
      const fake = new FakeStore();
      fake.trouble = reply('READONLY');
      const { cache } = taggedCache({ store: fake });
      await expect(cache[method]('x' as never)).rejects.toThrow(StoreError);
      expect(recording.factsOf('cache.invalidated')).toEqual([]);
      expect(recording.factsOf('cache.writeFailed')).toEqual(['readonly']);
    },
  );

  it('asks the step of a tagged request when the generations cannot be read, and stores nothing', async () => {
    using recording = recordingObserver();
    const fake = new FakeStore();
    const { ask, calls, clock } = taggedCache({ store: fake });
    fake.trouble = (operation) => (operation === 'get' ? never() : undefined);
    const first = ask(ABOUT);
    await clock.advance(60);
    await expect.poll(() => calls()).toBe(1);
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
      taggedCache({ store: tieredStore(memoryStore({ clock }), farOf(), { clock }), ttlMs: 3_600_000 }, clock);
    return { clock, far, one: processOf(), other: processOf() };
  }

  it('is seen at once for a tag, because its generation is decided far', async () => {
    const { clock, one, other } = twoProcesses();
    await one.ask(ABOUT);
    await clock.advance(0);
    await other.ask(ABOUT);
    await other.cache.invalidateTag('site', other.contextOf());
    expect(await one.ask(ABOUT)).toBe('answer 2');
    expect(other.calls()).toBe(0);
    await other.ask(ABOUT); // its own near tier has the old answer only
    expect(other.calls()).toBe(1);
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
    const versions = ['1', '2', undefined].map((version) => taggedCache({ store, vary: version }, clock));
    for (const { ask, calls } of versions) {
      await ask(PLAIN);
      await clock.advance(0);
      await ask(PLAIN);
      expect(calls()).toBe(1);
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
    const { ask, calls } = taggedCache({ store, vary, tags: undefined, key: (input) => (input as Page).page }, clock);
    await ask({ page: 'x', tags: ['a'] });
    await ask({ page: 'x', tags: ['b'] });
    await clock.advance(0);
    await ask({ page: 'x', tags: ['a'] });
    expect(calls()).toBe(2);
  });
});

describe('a store that goes back to what it had', () => {
  const tagKeyIn = ({ held }: FakeStore): string => [...held.keys()].find((key) => key.includes(':tag:')) ?? '';

  it.each<[string, (fake: FakeStore, one: TaggedCache, other: TaggedCache) => unknown]>([
    ['invalidated itself', (_, one) => one.cache.invalidateTag('site', one.contextOf())],
    ['saw another process invalidate', (_, _one, other) => other.cache.invalidateTag('site', other.contextOf())],
    ['saw lost', (fake) => fake.held.delete(tagKeyIn(fake))],
  ])('brings nothing back that this process %s, and the tag gets a new generation', async (_, end) => {
    const fake = new FakeStore();
    const clock = manualClock();
    const isCacheable = ({ output }: { readonly output: unknown }) => output !== 'answer 3';
    const one = taggedCache({ store: fake, isCacheable }, clock);
    await one.ask(ABOUT);
    await clock.advance(0);
    await one.ask(ABOUT);
    const before = new Map(fake.held);
    await end(fake, one, taggedCache({ store: fake }, clock));
    expect(await one.ask(ABOUT)).toBe('answer 2');
    await clock.advance(0);
    expect(await one.ask(ABOUT)).toBe('answer 2');
    for (const [key, value] of before) fake.held.set(key, value);
    expect(await one.ask(ABOUT)).toBe('answer 3');
    await clock.advance(0);
    expect([...fake.held.keys()]).toEqual([tagKeyIn(fake)]);
    expect(fake.held.get(tagKeyIn(fake))).not.toBe(before.get(tagKeyIn(fake)));
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await one.ask(ABOUT)).toBe('answer 4');
      await clock.advance(0);
    }
  });

  it.each([
    ['the cache that', (other: TaggedCache) => other],
    ['a cache of the process that', (_: TaggedCache, fake: FakeStore) => taggedCache({ store: fake })],
  ])('brings nothing back to %s has only invalidated', async (_, asked) => {
    const fake = new FakeStore();
    const [one, other] = [taggedCache({ store: fake }), taggedCache({ store: fake })];
    await one.ask(ABOUT);
    await one.clock.advance(0);
    const before = new Map(fake.held);
    await other.cache.invalidateTag('site', other.contextOf());
    for (const [key, value] of before) fake.held.set(key, value);
    const asking = asked(other, fake);
    await asking.ask(ABOUT);
    expect(asking.calls()).toBe(1);
  });

  it('is given a new generation once a second at most, while it goes on', async () => {
    const fake = new FakeStore();
    const { ask, cache, clock, contextOf } = taggedCache({ store: fake });
    await ask(ABOUT);
    await clock.advance(0);
    const [key, old] = [tagKeyIn(fake), fake.held.get(tagKeyIn(fake))];
    await cache.invalidateTag('site', contextOf());
    const generations = new Set<unknown>();
    for (let turn = 0; turn < 30; turn += 1) {
      fake.held.set(key, String(old));
      await ask(ABOUT);
      await clock.advance(100);
      generations.add(fake.held.get(key));
    }
    expect(generations.size).toBe(4); // the old one among them
  });

  it.each([5, '', 'x'.repeat(100_000), ['a']])(
    'cannot stop answers from being stored by %j for a generation',
    async (junk) => {
      const fake = new FakeStore();
      const { ask, calls, clock } = taggedCache({ store: fake });
      await ask(ABOUT);
      await clock.advance(0);
      fake.held.set(tagKeyIn(fake), junk as string);
      for (let turn = 0; turn < 4; turn += 1) {
        await ask(ABOUT);
        await clock.advance(0);
      }
      expect(calls()).toBe(3);
    },
  );
});
