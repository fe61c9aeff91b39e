import assert from 'node:assert/strict';
import type { CacheStore } from '../primitives/cache/store/store.ts';

/** One thing that every store must do. Run it as the body of a test; it rejects with an `AssertionError` if the store does not. */
export interface ConformanceCase {
  /** A sentence, fit for the title of a test. */
  readonly title: string;
  run(): Promise<void>;
}

export interface StoreConformanceOptions {
  /** Makes an empty store, or one whose keys nobody else uses; it is closed at the end of the case. */
  readonly make: () => CacheStore | Promise<CacheStore>;
  /** Lets this much time pass for the store. @defaultValue a real wait */
  readonly wait?: ((ms: number) => Promise<void>) | undefined;
}

const HOUR_MS = 3_600_000;

/** A life short enough to be waited for, and long enough for a slow machine to look before it ends. */
const SHORT_MS = 250;

/** Every character class that a store might mangle. */
const AWKWARD = 'a b\n\r\t"\\{}\u0000\u00e9e\u0301 \u{1f600} %s $x :*?[';

/**
 * What every `CacheStore` must do, for any test runner.
 *
 * @example
 * ```ts
 * for (const { title, run } of storeConformance({ make: () => memoryStore() })) it(title, run);
 * ```
 */
export function storeConformance({ make, wait = realWait }: StoreConformanceOptions): readonly ConformanceCase[] {
  const conforms = (title: string, check: (store: CacheStore, key: string) => Promise<void>): ConformanceCase => ({
    title,
    async run() {
      const store = await make();
      try {
        await check(store, `v1:conformance:scope:${globalThis.crypto.randomUUID()}`);
      } finally {
        await store.close();
      }
    },
  });

  return [
    conforms('has nothing under a key that was never set', async (store, key) => {
      assert.equal(await store.get(key), undefined);
    }),
    conforms('gives back what was set', async (store, key) => {
      await store.set(key, 'value', HOUR_MS);
      assert.equal(await store.get(key), 'value');
    }),
    conforms('changes no character of a value', async (store, key) => {
      await store.set(key, AWKWARD, HOUR_MS);
      assert.equal(await store.get(key), AWKWARD);
    }),
    conforms('keeps a value of a megabyte', async (store, key) => {
      const value = '0123456789abcdef'.repeat(65_536);
      await store.set(key, value, HOUR_MS);
      assert.equal(await store.get(key), value);
    }),
    conforms('replaces a value', async (store, key) => {
      await store.set(key, 'old', HOUR_MS);
      await store.set(key, 'new', HOUR_MS);
      assert.equal(await store.get(key), 'new');
    }),
    conforms('tells keys apart by every character', async (store, key) => {
      await Promise.all(['a', 'A', 'a ', ':a'].map((suffix) => store.set(key + suffix, suffix, HOUR_MS)));
      for (const suffix of ['a', 'A', 'a ', ':a']) assert.equal(await store.get(key + suffix), suffix);
      assert.equal(await store.get(key), undefined);
    }),
    conforms('forgets a value at the end of its life', async (store, key) => {
      await store.set(key, 'value', SHORT_MS);
      assert.equal(await store.get(key), 'value');
      await wait(SHORT_MS + 50);
      assert.equal(await store.get(key), undefined);
    }),
    conforms('gives a replaced value a life of its own', async (store, key) => {
      await store.set(key, 'short', SHORT_MS);
      await store.set(key, 'long', HOUR_MS);
      await wait(SHORT_MS + 50);
      assert.equal(await store.get(key), 'long');
    }),
    conforms('takes a life of a fraction of a millisecond', async (store, key) => {
      await store.set(key, 'value', 0.4);
      await wait(50);
      assert.equal(await store.get(key), undefined);
    }),
    conforms('sets an absent value, and only that', async (store, key) => {
      assert.equal(await store.setIfAbsent(key, 'first', HOUR_MS), true);
      assert.equal(await store.setIfAbsent(key, 'second', HOUR_MS), false);
      assert.equal(await store.get(key), 'first');
    }),
    conforms('lets one of many set an absent value', async (store, key) => {
      const tries = Array.from({ length: 20 }, (_, index) => store.setIfAbsent(key, String(index), HOUR_MS));
      const kept = await Promise.all(tries);
      assert.equal(kept.filter((isKept) => isKept).length, 1);
      assert.equal(await store.get(key), String(kept.indexOf(true)));
    }),
    conforms('takes a value that has expired for absent', async (store, key) => {
      await store.setIfAbsent(key, 'first', SHORT_MS);
      await wait(SHORT_MS + 50);
      assert.equal(await store.setIfAbsent(key, 'second', HOUR_MS), true);
      assert.equal(await store.get(key), 'second');
    }),
    conforms('deletes a value, and nothing without complaint', async (store, key) => {
      await store.set(key, 'value', HOUR_MS);
      await store.delete(key);
      assert.equal(await store.get(key), undefined);
      await store.delete(key);
    }),
    conforms('closes twice as once, and answers in bounded time afterwards', async (store, key) => {
      await store.close();
      await store.close();
      const [read] = await Promise.allSettled([store.get(key), store.set(key, 'value', HOUR_MS)]);
      if (read.status === 'fulfilled') assert.equal(read.value, undefined);
    }),
  ];
}

function realWait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
