import type { CacheStore, StoredValue } from '../store.ts';
import type { ReadTogether } from './gathered-reads.ts';

/** A store that can be asked for a sign of life, and given a fresh start when it gives none. */
export interface GuardableStore extends CacheStore {
  /**
   * Loads what the store needs on this machine, so this does not count against the deadline of the first operation; it may
   * take `writeDeadlineMs`. Where it fails it is tried again by the next probe.
   */
  prepare?(): Promise<unknown>;
  /** Resolves when the store is well. @defaultValue a read of a key that does not exist */
  ping?(): Promise<unknown>;
  /** Drops a connection that has stopped answering, so the next operation opens another. */
  reset?(): void;
  /**
   * Reads keys for several callers with one command, where there is one that does; it reads single keys with `get` and `getBytes`.
   * A key that cannot be told from one with no value may be given as one.
   */
  readonly together?:
    | { readonly texts: ReadTogether<StoredValue>; readonly bytes: ReadTogether<StoredValue<Uint8Array>> }
    | undefined;
}
