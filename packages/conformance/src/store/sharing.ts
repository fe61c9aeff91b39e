import assert from 'node:assert/strict';
import type { CacheStore } from 'tta-observability-integration/primitives';
import { HOUR_MS, type StoreCase } from './store-case.ts';

/** What holds between two stores with the same backing, as two processes have them. */
export const SHARING_CASES: readonly StoreCase[] = [
  {
    title: 'gives what another has set',
    needsPeer: true,
    async check({ store, peer, key }) {
      await peer.set(key, 'value', HOUR_MS);
      assert.equal((await store.get(key))?.value, 'value');
    },
  },
  {
    title: 'lets one of two set an absent value',
    needsPeer: true,
    async check({ store, peer, key }) {
      for (let turn = 0; turn < 10; turn += 1) {
        const both = [store, peer].map((each, index) => each.setIfAbsent(key + turn, String(index), HOUR_MS));
        const kept = await Promise.all(both);
        assert.equal(kept.filter((isKept) => isKept).length, 1);
      }
    },
  },
  {
    title: 'counts together without losing a count',
    needs: ['atomic'],
    needsPeer: true,
    async check({ store, peer, key }) {
      await store.set(key, '0', HOUR_MS);
      await Promise.all([store, peer].map((each) => countTo(10, each, key)));
      assert.equal(await store.atomic?.replaceIf(key, '20', 'done', HOUR_MS), true);
    },
  },
  {
    title: 'does not delete what another has put in place of the expected value',
    needs: ['atomic'],
    needsPeer: true,
    async check({ store, peer, key }) {
      await store.set(key, 'mine', HOUR_MS);
      assert.equal(await peer.atomic?.replaceIf(key, 'mine', 'theirs', HOUR_MS), true);
      assert.equal(await store.atomic?.deleteIf(key, 'mine'), false);
      assert.equal((await store.get(key))?.value, 'theirs');
    },
  },
  {
    title: 'goes on when another is closed',
    needsPeer: true,
    async check({ store, peer, key }) {
      await Promise.all([store.get(key), peer.get(key)]);
      await peer.close();
      await store.set(key, 'value', HOUR_MS);
      assert.equal((await store.get(key))?.value, 'value');
    },
  },
  {
    title: 'keeps what it was given before it was closed',
    needsPeer: true,
    async check({ store, peer, key }) {
      await store.get(key);
      const written = store.set(key, 'value', HOUR_MS);
      await Promise.all([written, store.close()]);
      assert.equal((await peer.get(key))?.value, 'value');
    },
  },
];

/** Adds one this number of times, each time to the current value. */
async function countTo(count: number, store: CacheStore, key: string): Promise<void> {
  for (let done = 0; done < count; ) {
    const before = (await store.get(key))?.value ?? '';
    if (await store.atomic?.replaceIf(key, before, String(Number(before) + 1), HOUR_MS)) done += 1;
  }
}
