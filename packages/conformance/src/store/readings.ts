import assert from 'node:assert/strict';
import type { CacheStore, StoreEntry } from 'tta-observability-integration/primitives';
import { AWKWARD, HOUR_MS, offered, type StoreCase, textOf } from './store-case.ts';

/** Ways to read other than one value as a string. */
export const READING_CASES: readonly StoreCase[] = [
  {
    title: 'gives many values in the order of their keys, a key that is asked twice included',
    needs: ['getMany'],
    async check({ store, key }) {
      const getMany = offered(store, 'getMany');
      const keys = Array.from({ length: 40 }, (_, index) => `${key}${index}`);
      await Promise.all(keys.map((each, index) => index % 3 !== 0 && store.set(each, String(index), HOUR_MS)));
      const expected = keys.map((_, index) => (index % 3 === 0 ? undefined : String(index)));
      const read = async (asked: readonly string[]) => (await getMany(asked)).map((stored) => stored?.value);
      assert.deepEqual(await read(keys), expected);
      assert.deepEqual(await read([keys[1] ?? '', key, keys[1] ?? '']), ['1', undefined, '1']);
      assert.deepEqual(await getMany([]), []);
    },
  },
  {
    title: 'gives the UTF-8 bytes of a value',
    needs: ['getBytes'],
    async check({ store, key }) {
      const getBytes = offered(store, 'getBytes');
      assert.equal(await getBytes(key), undefined);
      for (const value of [AWKWARD, '', '\ufeffmarked', '\u00e9\u4e16\u{1f600}'.repeat(10_000)]) {
        await store.set(key, value, HOUR_MS);
        const bytes = (await getBytes(key))?.value;
        assert.ok(bytes instanceof Uint8Array);
        assert.equal(textOf(bytes) === value, true);
      }
    },
  },
  {
    title: 'gives bytes that their reader may change',
    needs: ['getBytes'],
    async check({ store, key }) {
      await store.set(key, 'value', HOUR_MS);
      (await store.getBytes?.(key))?.value.fill(0);
      assert.equal(textOf((await store.getBytes?.(key))?.value), 'value');
      assert.equal((await store.get(key))?.value, 'value');
    },
  },
  {
    title: 'lists every value under a prefix once, with the life it has left',
    needs: ['entries'],
    async check({ store, key }) {
      const keys = Array.from({ length: 250 }, (_, index) => `${key}${index}`);
      await Promise.all(keys.map((each) => store.set(each, `value of ${each}`, HOUR_MS)));
      await store.set(`other:${key}`, 'value', HOUR_MS);
      const entries = await listed(store, key);
      assert.deepEqual(entries.map((entry) => entry.key).sort(), [...keys].sort());
      for (const entry of entries) {
        assert.equal(entry.value, `value of ${entry.key}`);
        assert.ok(entry.ttlMs > HOUR_MS - 60_000 && entry.ttlMs <= HOUR_MS, `a life of ${entry.ttlMs} ms`);
      }
      await store.delete(`other:${key}`);
    },
  },
  {
    title: 'takes a prefix by its characters, and not for a pattern',
    needs: ['entries'],
    async check({ store, key }) {
      for (const [prefix, decoy] of [
        ['*', 'x'],
        ['?', 'x'],
        ['[a-c]', 'b'],
        ['[^a]', 'b'],
        ['\\', 'x'],
        [AWKWARD, AWKWARD.replace('*', 'x')],
        ['_', 'x'],
        ['%', 'x'],
      ] as const) {
        await store.set(`${key}${prefix}1`, 'value', HOUR_MS);
        await store.set(`${key}${decoy}1`, 'decoy', HOUR_MS);
        const entries = await listed(store, `${key}${prefix}`);
        assert.deepEqual(
          entries.map((entry) => entry.key),
          [`${key}${prefix}1`],
        );
        await Promise.all([store.delete(`${key}${prefix}1`), store.delete(`${key}${decoy}1`)]);
      }
    },
  },
  {
    title: 'can be left in the middle of a list',
    needs: ['entries'],
    async check({ store, key }) {
      await Promise.all(['a', 'b', 'c'].map((suffix) => store.set(key + suffix, 'value', HOUR_MS)));
      for await (const entry of offered(store, 'entries')(key)) {
        assert.equal(entry.value, 'value');
        break;
      }
      assert.equal((await store.get(`${key}a`))?.value, 'value');
    },
  },
];

async function listed(store: CacheStore, prefix: string): Promise<StoreEntry[]> {
  const entries: StoreEntry[] = [];
  for await (const entry of offered(store, 'entries')(prefix)) entries.push(entry);
  return entries;
}
