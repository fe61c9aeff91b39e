import { type CacheStore, memoryStore } from 'tta-observability-integration/primitives';

/** A store in memory that can be told to be down, and that damages one value in so many. */
export function faultyStore({ damageEvery }: { readonly damageEvery: number }): CacheStore & { isDown: boolean } {
  const inner = memoryStore();
  let writes = 0;
  const refuseIfDown = (): void => {
    if (store.isDown) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  };
  const store = {
    isDown: false,
    async get(key: string) {
      refuseIfDown();
      return inner.get(key);
    },
    async set(key: string, value: string, ttlMs: number) {
      refuseIfDown();
      writes += 1;
      await inner.set(key, writes % damageEvery === 0 ? value.slice(0, -9) : value, ttlMs);
    },
    async setIfAbsent(key: string, value: string, ttlMs: number) {
      refuseIfDown();
      return inner.setIfAbsent(key, value, ttlMs);
    },
    async delete(key: string) {
      refuseIfDown();
      await inner.delete(key);
    },
    close: () => inner.close(),
  };
  return store;
}
