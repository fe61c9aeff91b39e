import { describeReason, type StoreErrorReason } from '../../../store/store-error-reason.ts';
import type { CacheTier } from '../facts.ts';
import type { StoreSize } from './store-size.ts';

/** What a store was asked to do. */
export type StoreOperation = 'get' | 'set' | 'delete';

/** One live value of a store. */
export interface StoreEntry {
  readonly key: string;
  readonly value: string;
  /** Its remaining lifetime, in milliseconds. */
  readonly ttlMs: number;
}

/** What a store has under a key. */
export interface StoredValue<T = string> {
  readonly value: T;
  /** Which tier answered; a store that is not made of tiers leaves it out. */
  readonly tier?: CacheTier | undefined;
}

/** A value that a store holds in this process. */
export interface ResidentValue {
  readonly value: string;
}

/** Atomic operations. */
export interface AtomicOperations {
  /**
   * Replaces the value under a key, and its life, only if it is `expected`; an absent value is never replaced.
   *
   * @returns whether the value was replaced
   */
  replaceIf(key: string, expected: string, value: string, ttlMs: number): Promise<boolean>;
  /** Deletes the value under a key only if it is `expected`. @returns whether it was deleted */
  deleteIf(key: string, expected: string): Promise<boolean>;
  /**
   * Whether the server allows this user both operations. A lease is taken only if it can be returned. A store without
   * this method is assumed to allow both.
   */
  areAllowed?(): Promise<boolean>;
}

/**
 * Where cached values live.
 *
 * A store keeps strings for a limited time and returns them as `{ value }`, or undefined. It may reject or lose values.
 * It must never return the value of another key.
 *
 * @see `storeConformance` in `tta-conformance`: every store passes it
 */
export interface CacheStore {
  /** True if other processes use the same values. Leases then save calls. @defaultValue false */
  readonly isShared?: boolean | undefined;
  /** Whether the store holds everything in this process, so what `peek` does not find is not there. @defaultValue false */
  readonly isResident?: boolean | undefined;
  /** False while the store is known not to answer. Callers then skip it. @defaultValue true */
  readonly isUsable?: boolean | undefined;
  /** How long a caller waits for one read at most, in milliseconds. @defaultValue not bounded by the store */
  readonly deadlineMs?: number | undefined;
  /** @returns the value, or undefined if it is missing or has expired */
  get(key: string): Promise<StoredValue | undefined>;
  /** Like `get`, but synchronous, and only for values that the store holds in this process. */
  peek?: ((key: string) => ResidentValue | undefined) | undefined;
  /** Stores a value for `ttlMs` milliseconds and replaces any earlier one. */
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** Stores a value unless one is already there. @returns whether it was stored */
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean>;
  delete(key: string): Promise<void>;
  /**
   * Atomic operations. Leases across processes need them. With a store without them, calls are shared only within a
   * process.
   */
  readonly atomic?: AtomicOperations | undefined;
  /** The values of several keys in one operation, in the order of the keys. @defaultValue one `get` for each */
  getMany?(keys: readonly string[]): Promise<readonly (StoredValue | undefined)[]>;
  /**
   * Like `get`, but returns the UTF-8 bytes of the value, for callers that pass them on unread. @defaultValue the bytes
   * of what `get` returns
   */
  getBytes?(key: string): Promise<StoredValue<Uint8Array> | undefined>;
  /**
   * Every value whose key begins with `prefix`. Changes made meanwhile may be included or not. For export, not for
   * serving.
   */
  entries?: ((prefix: string) => AsyncIterable<StoreEntry>) | undefined;
  /** Closes what the store opened itself. A second call has no effect. */
  close(): Promise<void>;
}

/** A store that answers in bounded time whatever happens to it, and can be read in every way. */
export interface GuardedStore extends CacheStore {
  getMany(keys: readonly string[]): Promise<readonly (StoredValue | undefined)[]>;
  getBytes(key: string): Promise<StoredValue<Uint8Array> | undefined>;
  /** What the store holds in this process, at once, for reports; absent if it does not know. */
  readonly currentSize?: (() => StoreSize) | undefined;
}

/** A value as a store gives it; null, which many clients give for an absent value, is undefined. */
export function storedValue<T>(value: T | null | undefined): StoredValue<T> | undefined {
  return value === undefined || value === null ? undefined : { value };
}

/** The text of UTF-8 bytes, also where they are a part of a larger buffer; empty for what else a store may give. */
export function textOf(bytes: unknown): string {
  if (!(bytes instanceof Uint8Array)) return '';
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

/** A store could not be used. Executions never see it: to them it is a miss. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code = 'ERR_TTA_STORE';
  readonly reason: StoreErrorReason;
  readonly operation: StoreOperation;

  constructor(operation: StoreOperation, reason: StoreErrorReason, options?: ErrorOptions) {
    super(`the store could not be used to ${operation} (${describeReason(reason)})`, options);
    this.operation = operation;
    this.reason = reason;
  }
}

const guards = new WeakMap<CacheStore, GuardedStore>();

/** Marks what guards a store; a store that needs no guard is its own. */
export function markGuarded<S extends GuardedStore>(guard: S, store: CacheStore = guard): S {
  guards.set(guard, guard).set(store, guard);
  return guard;
}

/** The guard that a store has already. */
export function guardOf(store: CacheStore): GuardedStore | undefined {
  return guards.get(store);
}

const METHODS = ['get', 'set', 'setIfAbsent', 'delete', 'close'];

/** @throws TypeError if the value lacks one of a store's methods, or offers `atomic` without all of it */
export function checkStore(owner: string, option: string, store: unknown): asserts store is CacheStore {
  const missing = missingMethods(store, METHODS);
  const atomic = (store as CacheStore | null | undefined)?.atomic;
  if (atomic !== undefined)
    missing.push(...missingMethods(atomic, ['replaceIf', 'deleteIf']).map((name) => `atomic.${name}`));
  if (missing.length > 0) {
    throw new TypeError(`${owner}: ${option} must be a CacheStore, but it has no ${missing.join(', ')}`);
  }
}

function missingMethods(value: unknown, names: readonly string[]): string[] {
  const members = value as Record<string, unknown> | null | undefined;
  return names.filter((name) => typeof members?.[name] !== 'function');
}
