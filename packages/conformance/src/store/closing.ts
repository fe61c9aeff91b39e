import assert from 'node:assert/strict';
import { HOUR_MS, type StoreCase } from './store-case.ts';

export const CLOSING_CASES: readonly StoreCase[] = [
  {
    title: 'closes twice as once, and answers in bounded time afterwards',
    async check({ store, key }) {
      await store.close();
      await store.close();
      const [read] = await Promise.allSettled([
        store.get(key),
        store.set(key, 'value', HOUR_MS),
        store.setIfAbsent(key, 'value', HOUR_MS),
        store.delete(key),
        store.atomic?.replaceIf(key, 'value', 'new', HOUR_MS),
        store.atomic?.deleteIf(key, 'value'),
        store.getMany?.([key]),
        store.getBytes?.(key),
        store.entries?.(key)[Symbol.asyncIterator]().next(),
      ]);
      if (read.status === 'fulfilled') assert.equal(read.value, undefined);
    },
  },
  {
    title: 'can be closed before it was used',
    async check({ store }) {
      await store.close();
    },
  },
];
