import type { NoteFact } from 'tta-dev-primitives';
import type { GuardedStore } from './store.ts';

type Reporting<T> = T extends (...asked: infer A) => infer R
  ? (...asked: [...A, note?: NoteFact]) => R
  : T extends object
    ? { readonly [K in keyof T]: Reporting<T[K]> }
    : T;

/**
 * A store as the cache asks it, on behalf of one execution: the guard states through `note` what becomes of the store
 * (`cache.storeError`, `cache.unavailable`, `cache.writeFailed`, `cache.breakerState`), also after the operation has ended.
 *
 * The stores behind the guard are never given `note`.
 */
export type ReportingStore = Reporting<GuardedStore>;
