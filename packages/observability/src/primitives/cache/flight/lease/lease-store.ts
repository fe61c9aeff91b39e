import type { CacheStore } from '../../store/store.ts';

/** A store in which a lease can be kept. */
export type LeaseStore = CacheStore & Required<Pick<CacheStore, 'replaceIf' | 'deleteIf'>>;

/** Whether a lease can be kept in a store without one process taking away another one's. */
export function canKeepLeases(store: CacheStore): store is LeaseStore {
  return typeof store.replaceIf === 'function' && typeof store.deleteIf === 'function';
}
