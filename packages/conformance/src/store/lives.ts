import assert from 'node:assert/strict';
import { HOUR_MS, SHORT_MS, type StoreCase } from './store-case.ts';

const YEAR_MS = 365 * 24 * HOUR_MS;

/** Values live as long as they were given, and no longer. */
export const LIFE_CASES: readonly StoreCase[] = [
  {
    title: 'forgets a value at the end of its life',
    async check({ store, key, wait }) {
      await store.set(key, 'value', SHORT_MS);
      assert.equal((await store.get(key))?.value, 'value');
      await wait(SHORT_MS + 50);
      assert.equal((await store.get(key))?.value, undefined);
    },
  },
  {
    title: 'gives a replaced value a life of its own, longer or shorter',
    async check({ store, key, wait }) {
      await store.set(`${key}l`, 'short', SHORT_MS);
      await store.set(`${key}l`, 'long', HOUR_MS);
      await store.set(`${key}s`, 'long', HOUR_MS);
      await store.set(`${key}s`, 'short', SHORT_MS);
      await wait(SHORT_MS + 50);
      assert.equal((await store.get(`${key}l`))?.value, 'long');
      assert.equal((await store.get(`${key}s`))?.value, undefined);
    },
  },
  {
    title: 'takes a life of a fraction of a millisecond, and of a year',
    async check({ store, key, wait }) {
      await store.set(`${key}f`, 'value', 0.4);
      await store.set(`${key}y`, 'value', YEAR_MS + 0.4);
      await wait(50);
      assert.equal((await store.get(`${key}f`))?.value, undefined);
      assert.equal((await store.get(`${key}y`))?.value, 'value');
    },
  },
  {
    title: 'takes a value that has expired for absent',
    async check({ store, key, wait }) {
      await store.setIfAbsent(key, 'first', SHORT_MS);
      await wait(SHORT_MS + 50);
      assert.equal(await store.setIfAbsent(key, 'second', HOUR_MS), true);
      assert.equal((await store.get(key))?.value, 'second');
    },
  },
  {
    title: 'does not lengthen a life when a value is not set because there is one',
    async check({ store, key, wait }) {
      await store.setIfAbsent(key, 'first', SHORT_MS);
      assert.equal(await store.setIfAbsent(key, 'second', HOUR_MS), false);
      await wait(SHORT_MS + 50);
      assert.equal((await store.get(key))?.value, undefined);
    },
  },
  {
    title: 'replaces and deletes nothing that has expired',
    needs: ['atomic'],
    async check({ store, key, wait }) {
      await store.set(key, 'value', SHORT_MS);
      await wait(SHORT_MS + 50);
      assert.equal(await store.atomic?.replaceIf(key, 'value', 'new', HOUR_MS), false);
      assert.equal(await store.atomic?.deleteIf(key, 'value'), false);
      assert.equal((await store.get(key))?.value, undefined);
    },
  },
  {
    title: 'gives a value that replaces the expected one its own life, and leaves another its life',
    needs: ['atomic'],
    async check({ store, key, wait }) {
      for (const suffix of ['e', 'o']) await store.set(key + suffix, 'value', SHORT_MS);
      assert.equal(await store.atomic?.replaceIf(`${key}e`, 'value', 'new', HOUR_MS), true);
      assert.equal(await store.atomic?.replaceIf(`${key}o`, 'other', 'new', HOUR_MS), false);
      await wait(SHORT_MS + 50);
      assert.equal((await store.get(`${key}e`))?.value, 'new');
      assert.equal((await store.get(`${key}o`))?.value, undefined);
    },
  },
  {
    title: 'gives no value that has expired, however it is asked',
    needs: ['getMany', 'getBytes', 'entries'],
    async check({ store, key, wait }) {
      await store.set(key, 'value', SHORT_MS);
      await wait(SHORT_MS + 50);
      assert.deepEqual(await store.getMany?.([key]), [undefined]);
      assert.equal(await store.getBytes?.(key), undefined);
      for await (const entry of store.entries?.(key) ?? []) assert.fail(`${entry.key} has expired`);
    },
  },
];
