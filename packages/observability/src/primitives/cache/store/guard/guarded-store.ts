import type { Clock, NoteFact } from 'tta-dev-primitives';
import { checkNoUnknown, type OptionNames, systemClock } from 'tta-dev-primitives/internal';
import { ignoreRejection } from '../../../ignore-rejection.ts';
import type { CacheTier, StoreErrorReason } from '../../facts.ts';
import { backgroundClock } from '../background-clock.ts';
import type { ReportingStore } from '../reporting-store.ts';
import {
  type CacheStore,
  checkStore,
  isGuarded,
  markGuarded,
  type StoredValue,
  type StoreEntry,
  StoreError,
  type StoreOperation,
} from '../store.ts';
import { ReadBreaker, WriteBreaker } from './breakers.ts';
import { withinDeadline } from './deadline.ts';
import { GatheredReads, type ReadTogether } from './gathered-reads.ts';
import { checkGuardOptions, type GuardOptions, STORE_OPTIONS } from './guard-options.ts';
import { Preparation } from './preparation.ts';
import { storeErrorReason } from './store-error-reason.ts';
import { StoreLog } from './store-log.ts';

/** A store that can be asked for a sign of life, and given a fresh start when it gives none. */
export interface GuardableStore extends CacheStore {
  /**
   * Loads what the store needs on this machine, so that this does not count against the deadline of the first operation; it may
   * take `writeDeadlineMs`. Where it fails it is tried again by the next probe.
   */
  prepare?(): Promise<unknown>;
  /** Resolves when the store is well. @defaultValue a read of a key that does not exist */
  ping?(): Promise<unknown>;
  /** Drops a connection that has stopped answering, so that the next operation opens another. */
  reset?(): void;
  /**
   * Reads keys for several callers with one command, where there is one that does; it reads single keys with `get` and `getBytes`.
   * A key that cannot be told from one with no value may be given as one.
   */
  readonly together?:
    | { readonly texts: ReadTogether<StoredValue>; readonly bytes: ReadTogether<StoredValue<Uint8Array>> }
    | undefined;
}

const OPTIONS: OptionNames<GuardOptions> = { ...STORE_OPTIONS, tier: true };

/** Probes that may miss their deadline in a row, the miss that opened the breaker included, before the connection is given up. */
const MISSES_BEFORE_RESET = 3;

/** How much may wait to be written, in characters; a write counts as 16 KiB at least. Beyond it writes are dropped. */
const MAX_PENDING_WRITES = 64 * 2 ** 20;
const LEAST_PENDING_WRITE = 16 * 2 ** 10;

const guards = new WeakMap<CacheStore, GuardedStore>();

/**
 * Makes a store safe to ask on a caller's path: every operation has a deadline of its own, a store that fails is left alone and
 * probed in the background, and writes that a store refuses do not stop its reads. A store that is guarded already stays itself.
 *
 * Operations reject with a `StoreError`, at once while the store cannot be used. What a store does not offer, it does not offer
 * guarded either.
 *
 * @throws TypeError or RangeError naming the option if an option is wrong
 * @example
 * ```ts
 * const cache = new CachePrimitive(ask, { store: guardedStore(myStore, { deadlineMs: 20 }) });
 * ```
 */
export function guardedStore(store: GuardableStore, options: GuardOptions = {}): CacheStore {
  checkStore('guardedStore', 'store', store);
  checkNoUnknown('guardedStore', options, OPTIONS);
  checkGuardOptions('guardedStore', options);
  if (isGuarded(store)) return store;
  const known = guards.get(store);
  if (known !== undefined) return known;
  const guard = markGuarded(new GuardedStore(store, options));
  guards.set(store, guard);
  return guard;
}

class GuardedStore implements ReportingStore {
  declare readonly replaceIf?: NonNullable<ReportingStore['replaceIf']>;
  declare readonly deleteIf?: NonNullable<ReportingStore['deleteIf']>;
  declare readonly getMany?: NonNullable<ReportingStore['getMany']>;
  declare readonly getBytes?: NonNullable<ReportingStore['getBytes']>;
  declare readonly entries?: NonNullable<ReportingStore['entries']>;
  readonly isShared: boolean;
  readonly deadlineMs: number;
  readonly #store: GuardableStore;
  readonly #writeDeadlineMs: number;
  readonly #tier: CacheTier;
  readonly #clock: Clock;
  readonly #preparation: Preparation;
  readonly #reads: ReadBreaker;
  readonly #writes: WriteBreaker;
  readonly #texts: GatheredReads<StoredValue> | undefined;
  readonly #bytes: GatheredReads<StoredValue<Uint8Array>> | undefined;
  readonly #pending = new Set<Promise<unknown>>();
  #pendingSize = 0;
  #misses = 0;
  #resets = 0;
  /** States the breaker's changes on behalf of the execution that opened it. */
  #witness: NoteFact | undefined;
  #closing: Promise<void> | undefined;

  constructor(store: GuardableStore, options: GuardOptions) {
    const { deadlineMs = 50, writeDeadlineMs = 1_000, tier = 'far', logger, clock, random = Math.random } = options;
    this.isShared = store.isShared === true;
    this.#store = store;
    this.#preparation = new Preparation(store.prepare?.bind(store));
    this.deadlineMs = deadlineMs;
    this.#writeDeadlineMs = writeDeadlineMs;
    this.#tier = tier;
    const log = new StoreLog(logger);
    this.#clock = clock ?? systemClock;
    const background = clock ?? backgroundClock;
    this.#reads = new ReadBreaker({
      clock: background,
      random,
      probe: () => this.#probe(),
      onChange: (state, reason) => {
        this.#witness?.('cache.breakerState', state);
        log.readsChanged(state, reason);
      },
    });
    this.#writes = new WriteBreaker({
      clock: background,
      random,
      onChange: (state, reason) => log.writesChanged(state, reason),
    });
    const { together } = store;
    if (together !== undefined) {
      this.#texts = new GatheredReads((keys) => this.#timed('get', deadlineMs, () => together.texts(keys)));
      this.#bytes = new GatheredReads((keys) => this.#timed('get', deadlineMs, () => together.bytes(keys)));
    }
    if (store.replaceIf !== undefined) this.replaceIf = this.#replaceIf;
    if (store.deleteIf !== undefined) this.deleteIf = this.#deleteIf;
    if (store.getMany !== undefined) this.getMany = this.#getMany;
    if (store.getBytes !== undefined) this.getBytes = this.#getBytes;
    if (store.entries !== undefined) this.entries = this.#entries;
  }

  get isUsable(): boolean {
    return this.#reads.isClosed && this.#closing === undefined;
  }

  get(key: string, note?: NoteFact): Promise<StoredValue | undefined> {
    return this.#readOne(key, this.#texts, () => this.#store.get(key), note);
  }

  set(key: string, value: string, ttlMs: number, note?: NoteFact): Promise<void> {
    return this.#write('set', value.length, () => this.#store.set(key, value, ttlMs), note);
  }

  setIfAbsent(key: string, value: string, ttlMs: number, note?: NoteFact): Promise<boolean> {
    return this.#write('set', value.length, () => this.#store.setIfAbsent(key, value, ttlMs), note);
  }

  delete(key: string, note?: NoteFact): Promise<void> {
    return this.#write('delete', 0, () => this.#store.delete(key), note);
  }

  /** Waits for the writes under way, at most their deadline. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#reads.stop();
    await Promise.allSettled(this.#pending);
    await this.#store.close();
  }

  #replaceIf(key: string, expected: string, value: string, ttlMs: number, note?: NoteFact): Promise<boolean> {
    const replace = async (): Promise<boolean> => (await this.#store.replaceIf?.(key, expected, value, ttlMs)) ?? false;
    return this.#write('set', value.length, replace, note);
  }

  #deleteIf(key: string, expected: string, note?: NoteFact): Promise<boolean> {
    const remove = async (): Promise<boolean> => (await this.#store.deleteIf?.(key, expected)) ?? false;
    return this.#write('delete', 0, remove, note);
  }

  async #getMany(keys: readonly string[], note?: NoteFact): Promise<readonly (StoredValue | undefined)[]> {
    const read = async (): Promise<readonly (StoredValue | undefined)[]> => (await this.#store.getMany?.(keys)) ?? [];
    this.#refuseWhenClosed('get');
    this.#refuseWhenUnusable(note);
    try {
      await this.#prepared('get');
      const given = await this.#timed('get', this.deadlineMs, read);
      const values = given.map((each) => this.#stored(each));
      this.#reads.succeeded();
      return keys.map((_, index) => values[index]);
    } catch (error) {
      throw this.#readFailed(error, note);
    }
  }

  #getBytes(key: string, note?: NoteFact): Promise<StoredValue<Uint8Array> | undefined> {
    return this.#readOne(key, this.#bytes, async () => this.#store.getBytes?.(key), note);
  }

  /** Each value may take as long as a write. A listing that fails says so to whoever lists, and closes nothing for others. */
  async *#entries(prefix: string): AsyncGenerator<StoreEntry> {
    let listing: AsyncIterator<StoreEntry> | undefined;
    const next = async (): Promise<IteratorResult<StoreEntry>> => {
      listing ??= this.#store.entries?.(prefix)[Symbol.asyncIterator]();
      return listing?.next() ?? { done: true, value: undefined };
    };
    try {
      for (;;) {
        this.#refuseWhenClosed('get');
        this.#refuseWhenUnusable(undefined);
        await this.#prepared('get');
        const { done, value } = await this.#timed('get', this.#writeDeadlineMs, next);
        if (done === true) return;
        yield value;
      }
    } catch (error) {
      throw asStoreError('get', error);
    } finally {
      ignoreRejection(listing?.return?.());
    }
  }

  /** What is gathered has one deadline for all, which begins when it is sent. No async function, because every hit comes by here. */
  #readOne<T>(
    key: string,
    gathered: GatheredReads<StoredValue<T>> | undefined,
    read: () => Promise<StoredValue<T> | undefined>,
    note: NoteFact | undefined,
  ): Promise<StoredValue<T> | undefined> {
    if (!this.isUsable || !this.#preparation.isDone) return this.#readWhenReady(key, gathered, read, note);
    const take = (given: StoredValue<T> | undefined): StoredValue<T> | undefined => this.#found(given, note);
    const fail = (error: unknown): never => {
      throw this.#readFailed(error, note);
    };
    return gathered === undefined
      ? this.#timed('get', this.deadlineMs, read).then(take, fail)
      : gathered.read(key, take, fail);
  }

  async #readWhenReady<T>(
    key: string,
    gathered: GatheredReads<StoredValue<T>> | undefined,
    read: () => Promise<StoredValue<T> | undefined>,
    note: NoteFact | undefined,
  ): Promise<StoredValue<T> | undefined> {
    this.#refuseWhenClosed('get');
    this.#refuseWhenUnusable(note);
    try {
      await this.#prepared('get');
    } catch (error) {
      throw this.#readFailed(error, note);
    }
    return this.#readOne(key, gathered, read, note);
  }

  #found<T>(given: StoredValue<T> | undefined, note: NoteFact | undefined): StoredValue<T> | undefined {
    try {
      const found = this.#stored(given);
      this.#reads.succeeded();
      return found;
    } catch (error) {
      throw this.#readFailed(error, note);
    }
  }

  /** @throws TypeError if the store gave something else than it may */
  #stored<T>(given: StoredValue<T> | undefined): StoredValue<T> | undefined {
    if (!isThere(given)) return undefined;
    if (typeof given !== 'object' || !('value' in given)) throw new TypeError('the store gave no { value }');
    const { value, tier = this.#tier } = given;
    return isThere(value) ? { value, tier } : undefined;
  }

  #readFailed(error: unknown, note: NoteFact | undefined): StoreError {
    const failure = asStoreError('get', error);
    this.#state(failure, note);
    this.#opensWith(failure.reason, note);
    return failure;
  }

  async #write<T>(operation: StoreOperation, size: number, work: () => Promise<T>, note?: NoteFact): Promise<T> {
    const weight = Math.max(size, LEAST_PENDING_WRITE);
    try {
      this.#refuseWhenClosed(operation);
      if (!this.#reads.isClosed && this.#reads.reason === 'auth') throw new StoreError(operation, 'auth'); // one try is enough
      if (this.#pendingSize + weight > MAX_PENDING_WRITES) throw new StoreError(operation, 'other');
      if (!this.#writes.permits()) throw new StoreError(operation, this.#writes.reason);
    } catch (error) {
      note?.('cache.writeFailed', asStoreError(operation, error).reason);
      throw error;
    }
    const writing = this.#prepared(operation).then(() => this.#timed(operation, this.#writeDeadlineMs, work));
    this.#pendingSize += weight;
    this.#pending.add(writing);
    const resets = this.#resets;
    try {
      const written = await writing;
      this.#writes.succeeded();
      return written;
    } catch (error) {
      const failure = this.#writeFailure(operation, error, resets);
      this.#state(failure, note);
      note?.('cache.writeFailed', failure.reason);
      this.#writes.failed(failure.reason);
      throw failure;
    } finally {
      this.#pendingSize -= weight;
      this.#pending.delete(writing);
    }
  }

  /** The connection that was given up beneath a write had stopped answering: that it was closed was our own doing. */
  #writeFailure(operation: StoreOperation, error: unknown, resetsBefore: number): StoreError {
    const failure = asStoreError(operation, error);
    if (failure.reason !== 'closed' || this.#resets === resetsBefore) return failure;
    return new StoreError(operation, 'timeout', { cause: error });
  }

  #timed<T>(operation: StoreOperation, deadlineMs: number, work: () => Promise<T>): Promise<T> {
    return withinDeadline(this.#clock, deadlineMs, work, () => new StoreError(operation, 'timeout'));
  }

  /** The first operations wait for it; like a write, it may take its time once. */
  async #prepared(operation: StoreOperation): Promise<void> {
    if (this.#preparation.isDone) return;
    await this.#timed(operation, this.#writeDeadlineMs, () => this.#preparation.done());
  }

  #refuseWhenClosed(operation: StoreOperation): void {
    if (this.#closing !== undefined) throw new StoreError(operation, 'closed');
  }

  #refuseWhenUnusable(note: NoteFact | undefined): void {
    if (this.#reads.isClosed) return;
    note?.('cache.unavailable', this.#reads.reason);
    throw new StoreError('get', this.#reads.reason);
  }

  #state({ operation, reason }: StoreError, note: NoteFact | undefined): void {
    note?.('cache.storeOperation', operation);
    note?.('cache.storeError', reason);
  }

  #opensWith(reason: StoreErrorReason, note: NoteFact | undefined): void {
    if (!this.#reads.isClosed) return;
    this.#witness = note;
    this.#countMiss(reason);
    this.#reads.failed(reason);
  }

  async #probe(): Promise<StoreErrorReason | undefined> {
    const ping = async (): Promise<unknown> =>
      this.#store.ping === undefined ? this.#store.get('v1:ping') : this.#store.ping();
    try {
      await this.#prepared('get');
      await this.#timed('get', this.deadlineMs, ping);
      this.#misses = 0;
      return undefined;
    } catch (error) {
      const { reason } = asStoreError('get', error);
      this.#countMiss(reason);
      return reason;
    }
  }

  #countMiss(reason: StoreErrorReason): void {
    this.#misses = reason === 'timeout' ? this.#misses + 1 : 0;
    if (this.#misses < MISSES_BEFORE_RESET) return;
    this.#misses = 0;
    this.#resets += 1;
    this.#store.reset?.();
  }
}

/** Many a client gives null for nothing. */
function isThere<T>(value: T): value is NonNullable<T> {
  return value !== undefined && value !== null;
}

function asStoreError(operation: StoreOperation, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  return new StoreError(operation, storeErrorReason(error), { cause: error });
}
