import assert from 'node:assert/strict';
import { AWKWARD, HOUR_MS, offered, type StoreCase } from './store-case.ts';

/** Atomic operations cannot be interrupted. */
export const DECISION_CASES: readonly StoreCase[] = [
  {
    title: 'sets an absent value, and only that',
    async check({ store, key }) {
      assert.equal(await store.setIfAbsent(key, 'first', HOUR_MS), true);
      assert.equal(await store.setIfAbsent(key, 'second', HOUR_MS), false);
      assert.equal((await store.get(key))?.value, 'first');
    },
  },
  {
    title: 'lets one of many set an absent value',
    async check({ store, key }) {
      const tries = Array.from({ length: 20 }, (_, index) => store.setIfAbsent(key, String(index), HOUR_MS));
      const kept = await Promise.all(tries);
      assert.equal(kept.filter((isKept) => isKept).length, 1);
      assert.equal((await store.get(key))?.value, String(kept.indexOf(true)));
    },
  },
  {
    title: 'replaces the expected value, and no other',
    needs: ['atomic'],
    async check({ store, key }) {
      const atomic = offered(store, 'atomic');
      assert.equal(await atomic.replaceIf(key, '', 'new', HOUR_MS), false);
      assert.equal((await store.get(key))?.value, undefined);
      await store.set(key, 'old', HOUR_MS);
      assert.equal(await atomic.replaceIf(key, 'ol', 'new', HOUR_MS), false);
      assert.equal((await store.get(key))?.value, 'old');
      assert.equal(await atomic.replaceIf(key, 'old', 'new', HOUR_MS), true);
      assert.equal((await store.get(key))?.value, 'new');
    },
  },
  {
    title: 'deletes the expected value, and no other',
    needs: ['atomic'],
    async check({ store, key }) {
      const atomic = offered(store, 'atomic');
      assert.equal(await atomic.deleteIf(key, ''), false);
      await store.set(key, 'value', HOUR_MS);
      assert.equal(await atomic.deleteIf(key, 'Value'), false);
      assert.equal((await store.get(key))?.value, 'value');
      assert.equal(await atomic.deleteIf(key, 'value'), true);
      assert.equal((await store.get(key))?.value, undefined);
      assert.equal(await atomic.deleteIf(key, 'value'), false);
    },
  },
  {
    title: 'compares every character of the expected value',
    needs: ['atomic'],
    async check({ store, key }) {
      await store.set(key + AWKWARD, AWKWARD, HOUR_MS);
      assert.equal(await store.atomic?.replaceIf(key + AWKWARD, AWKWARD.normalize('NFD'), 'x', HOUR_MS), false);
      assert.equal(await store.atomic?.replaceIf(key + AWKWARD, AWKWARD, `${AWKWARD}2`, HOUR_MS), true);
      assert.equal(await store.atomic?.deleteIf(key + AWKWARD, AWKWARD), false);
      assert.equal(await store.atomic?.deleteIf(key + AWKWARD, `${AWKWARD}2`), true);
    },
  },
  {
    title: 'lets one of many replace the expected value',
    needs: ['atomic'],
    async check({ store, key }) {
      await store.set(key, 'old', HOUR_MS);
      const tries = Array.from({ length: 20 }, (_, index) =>
        store.atomic?.replaceIf(key, 'old', String(index), HOUR_MS),
      );
      const replaced = await Promise.all(tries);
      assert.equal(replaced.filter((isReplaced) => isReplaced).length, 1);
      assert.equal((await store.get(key))?.value, String(replaced.indexOf(true)));
    },
  },
];
