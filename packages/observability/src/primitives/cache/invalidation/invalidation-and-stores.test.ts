import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { FakeStore, never, reply } from '../__fixtures__/fake-store.ts';
import { ABOUT, type Page, PLAIN, taggedCache } from '../__fixtures__/tagged-cache.ts';
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
    await vi.waitFor(() => expect(calls()).toBe(1));
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
