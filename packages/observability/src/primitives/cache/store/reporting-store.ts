import type { NoteFact } from 'tta-dev-primitives';
import type { CacheStore, StoredValue } from './store.ts';

/**
 * A store as the cache asks it, on behalf of one execution: the guard states through `note` what becomes of the store
 * (`cache.storeError`, `cache.unavailable`, `cache.writeFailed`, `cache.breakerState`), also after the operation has ended.
 *
 * The stores behind the guard are never given `note`.
 */
export interface ReportingStore extends CacheStore {
  get(key: string, note?: NoteFact): Promise<StoredValue | undefined>;
  set(key: string, value: string, ttlMs: number, note?: NoteFact): Promise<void>;
  setIfAbsent(key: string, value: string, ttlMs: number, note?: NoteFact): Promise<boolean>;
  delete(key: string, note?: NoteFact): Promise<void>;
  replaceIf?(key: string, expected: string, value: string, ttlMs: number, note?: NoteFact): Promise<boolean>;
  deleteIf?(key: string, expected: string, note?: NoteFact): Promise<boolean>;
  getMany?(keys: readonly string[], note?: NoteFact): Promise<readonly (StoredValue | undefined)[]>;
  getBytes?(key: string, note?: NoteFact): Promise<StoredValue<Uint8Array> | undefined>;
}
