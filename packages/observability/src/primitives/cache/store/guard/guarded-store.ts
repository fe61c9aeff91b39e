import type { Clock, NoteFact } from 'tta-dev-primitives';
import { backgroundClock, ignoreRejection, readOptions, systemClock, within } from 'tta-dev-primitives/internal';
import { SharedTry } from '../../../../store/shared-try.ts';
import { StoreBreaker } from '../../../../store/store-breaker.ts';
import { type StoreErrorReason, storeErrorReason } from '../../../../store/store-error-reason.ts';
import type { CacheTier } from '../../facts.ts';
import type { ReportingStore } from '../reporting-store.ts';
import {
  type CacheStore,
  checkStore,
  type GuardedStore,
  guardOf,
  markGuarded,
  type StoredValue,
  type StoreEntry,
  StoreError,
  type StoreOperation,
} from '../store.ts';
import { GatheredReads } from './gathered-reads.ts';
import { GUARD_RULES, type GuardOptions, type ReadGuardOptions } from './guard-options.ts';
import type { GuardableStore } from './guardable-store.ts';
import { StoreLog } from './store-log.ts';

/** Probes that may miss their deadline in a row, the miss that opened the breaker included, before the connection is given up. */
const MISSES_BEFORE_RESET = 3;

/** How much may wait to be written, in characters; a write counts as 16 KiB at least. Beyond it writes are dropped. */
const MAX_PENDING_WRITES = 64 * 2 ** 20;
const LEAST_PENDING_WRITE = 16 * 2 ** 10;

/**
 * Makes a store safe to use while a caller waits. Every operation has its own deadline. A failing store is skipped and
 * probed in the background. Refused writes do not stop reads. A store that is already guarded is returned unchanged.
 *
 * Operations reject with a `StoreError`, at once while the store cannot be used. If the store lacks `atomic` or
 * `entries`, so does the guarded one. `getMany` and `getBytes` always exist and fall back to `get`.
 *
 * @throws TypeError or RangeError naming the option if an option is wrong
 * @example
 * ```ts
 * const cache = new CachePrimitive(ask, { store: guardedStore(myStore, { deadlineMs: 20 }) });
 * ```
 */
export function guardedStore(store: GuardableStore, options: GuardOptions = {}): GuardedStore {
  checkStore('guardedStore', 'store', store);
  const read = readOptions('guardedStore', options, GUARD_RULES);
  return guardOf(store) ?? markGuarded(new Guard(store, read), store);
}

class Guard implements ReportingStore {
  readonly isShared: boolean;
  readonly deadlineMs: number;
  readonly atomic: ReportingStore['atomic'];
  readonly entries: ReportingStore['entries'];
  readonly #store: GuardableStore;
  readonly #writeDeadlineMs: number;
  readonly #tier: CacheTier;
  readonly #clock: Clock;
  /** Undefined where nothing has to be loaded. */
  readonly #preparation: SharedTry<unknown> | undefined;
  readonly #reads: StoreBreaker;
  readonly #writes: StoreBreaker;
  readonly #texts: GatheredReads<StoredValue> | undefined;
  readonly #bytes: GatheredReads<StoredValue<Uint8Array>> | undefined;
  readonly #log: StoreLog;
  /** Whether what leases need was refused. */
  #areLeasesRefused = false;
  readonly #pending = new Set<Promise<unknown>>();
  #pendingSize = 0;
  #misses = 0;
  #resets = 0;
  /** States the breaker's changes on behalf of the execution that opened it. */
  #witness: NoteFact | undefined;
  #closing: Promise<void> | undefined;

  constructor(store: GuardableStore, { deadlineMs, writeDeadlineMs, tier, logger, clock, random }: ReadGuardOptions) {
    const { prepare, together, atomic, entries } = store;
    this.isShared = store.isShared === true;
    this.deadlineMs = deadlineMs;
    this.#store = store;
    this.#writeDeadlineMs = writeDeadlineMs;
    this.#tier = tier;
    this.#clock = clock ?? systemClock;
    this.#preparation = prepare && new SharedTry(() => prepare.call(store));
    const log = new StoreLog(logger);
    this.#log = log;
    const timing = { clock: clock ?? backgroundClock(), random };
    this.#reads = new StoreBreaker({
      ...timing,
      probe: () => this.#probe(),
      onChange: (state, reason) => {
        this.#witness?.('cache.breakerState', state);
        log.readsChanged(state, reason);
      },
    });
    this.#writes = new StoreBreaker({ ...timing, onChange: (state, reason) => log.writesChanged(state, reason) });
    if (together !== undefined) {
      this.#texts = new GatheredReads((keys) => this.#timedList(() => together.texts(keys)));
      this.#bytes = new GatheredReads((keys) => this.#timedList(() => together.bytes(keys)));
    }
    const ask = atomic?.areAllowed?.bind(atomic);
    const rights = ask && new SharedTry(() => this.#askRights(ask));
    this.atomic = atomic && {
      replaceIf: (key, expected, value, ttlMs, note) =>
        this.#decide('set', value.length, () => atomic.replaceIf(key, expected, value, ttlMs), note),
      deleteIf: (key, expected, note) => this.#decide('delete', 0, () => atomic.deleteIf(key, expected), note),
      ...(rights && { areAllowed: async () => !this.#areLeasesRefused && (await rights.result()) }),
    };
    this.entries = entries && ((prefix) => this.#entries(() => entries.call(store, prefix)));
  }

  get isUsable(): boolean {
    return this.#reads.isClosed && this.#closing === undefined;
  }

  get(key: string, note?: NoteFact): Promise<StoredValue | undefined> {
    const ask = () => this.#texts?.read(key) ?? this.#timed('get', this.deadlineMs, () => this.#store.get(key));
    return this.#read(ask, this.#stored, note);
  }

  getBytes(key: string, note?: NoteFact): Promise<StoredValue<Uint8Array> | undefined> {
    const ask = () => this.#bytes?.read(key) ?? this.#timed('get', this.deadlineMs, () => readBytes(this.#store, key));
    return this.#read(ask, this.#stored, note);
  }

  getMany(keys: readonly string[], note?: NoteFact): Promise<readonly (StoredValue | undefined)[]> {
    const ask = () => this.#timedList(() => readMany(this.#store, keys));
    return this.#read(ask, (given) => keys.map((_, index) => this.#stored(given[index])), note);
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

  /** Each value may take as long as a write. A listing that fails rejects for its caller, and does not open the breaker for others. */
  async *#entries(list: () => AsyncIterable<StoreEntry>): AsyncGenerator<StoreEntry> {
    let listing: AsyncIterator<StoreEntry> | undefined;
    const next = async (): Promise<IteratorResult<StoreEntry>> => {
      listing ??= list()[Symbol.asyncIterator]();
      return listing.next();
    };
    try {
      for (;;) {
        if (!this.isUsable) throw this.#refusal();
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

  /**
   * What is gathered has one deadline for all, which begins when it is sent. No async function, because every hit comes by here.
   *
   * @param ask - asks the store, in bounded time
   * @param take - checks what the store gave, which may be anything
   */
  #read<G, R>(ask: () => Promise<G>, take: (given: G) => R, note: NoteFact | undefined): Promise<R> {
    if (!this.isUsable) return Promise.reject(this.#refusal(note));
    const fail = (error: unknown): never => {
      throw this.#readFailed(error, note);
    };
    const asking = this.#preparation?.isDone === false ? this.#prepared('get').then(ask) : ask();
    return asking.then((given) => {
      try {
        const taken = take(given);
        this.#reads.succeeded();
        return taken;
      } catch (error) {
        return fail(error);
      }
    }, fail);
  }

  #refusal(note?: NoteFact): StoreError {
    if (this.#closing !== undefined) return new StoreError('get', 'closed');
    note?.('cache.unavailable', this.#reads.reason);
    return new StoreError('get', this.#reads.reason);
  }

  /** @throws TypeError if the store gave something else than it may */
  readonly #stored = <T>(given: StoredValue<T> | undefined): StoredValue<T> | undefined => {
    if (!isThere(given)) return undefined;
    if (typeof given !== 'object' || !('value' in given)) throw new TypeError('the store did not return { value }');
    const { value, tier } = given;
    return isThere(value) ? { value, tier: tier === 'near' || tier === 'far' ? tier : this.#tier } : undefined;
  };

  #readFailed(error: unknown, note: NoteFact | undefined): StoreError {
    const failure = asStoreError('get', error);
    stateFailure(failure, note);
    if (this.#reads.isClosed) {
      this.#witness = note;
      this.#countMiss(failure.reason);
      this.#reads.failed(failure.reason);
    }
    return failure;
  }

  /** Those who miss wait for it once, so it has the deadline of a read. */
  async #askRights(ask: () => Promise<boolean>): Promise<boolean> {
    await this.#prepared('get');
    const areAllowed = await this.#timed('set', this.deadlineMs, ask);
    if (!areAllowed) this.#refuseLeases();
    return areAllowed;
  }

  async #decide<T>(operation: StoreOperation, size: number, work: () => Promise<T>, note?: NoteFact): Promise<T> {
    try {
      return await this.#write(operation, size, work, note);
    } catch (error) {
      if (asStoreError(operation, error).reason === 'noperm') this.#refuseLeases();
      throw error;
    }
  }

  #refuseLeases(): void {
    if (this.#areLeasesRefused) return;
    this.#areLeasesRefused = true;
    this.#log.leasesRefused();
  }

  async #write<T>(operation: StoreOperation, size: number, work: () => Promise<T>, note?: NoteFact): Promise<T> {
    const weight = Math.max(size, LEAST_PENDING_WRITE);
    const refusal = this.#refusalOfWrite(weight);
    if (refusal !== undefined) {
      note?.('cache.writeFailed', refusal);
      throw new StoreError(operation, refusal);
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
      stateFailure(failure, note);
      note?.('cache.writeFailed', failure.reason);
      if (operation === 'set' || failure.reason !== 'noperm') this.#writes.failed(failure.reason); // who may not delete may store
      throw failure;
    } finally {
      this.#pendingSize -= weight;
      this.#pending.delete(writing);
    }
  }

  #refusalOfWrite(weight: number): StoreErrorReason | undefined {
    if (this.#closing !== undefined) return 'closed';
    if (!this.#reads.isClosed && this.#reads.reason === 'auth') return 'auth'; // one try is enough
    if (this.#pendingSize + weight > MAX_PENDING_WRITES) return 'other';
    return this.#writes.permits() ? undefined : this.#writes.reason;
  }

  /** The connection that was given up beneath a write had stopped answering: that it was closed was our own doing. */
  #writeFailure(operation: StoreOperation, error: unknown, resetsBefore: number): StoreError {
    const failure = asStoreError(operation, error);
    if (failure.reason !== 'closed' || this.#resets === resetsBefore) return failure;
    return new StoreError(operation, 'timeout', { cause: error });
  }

  #timed<T>(operation: StoreOperation, deadlineMs: number, work: () => Promise<T>): Promise<T> {
    return within(this.#clock, deadlineMs, work, () => {
      throw new StoreError(operation, 'timeout');
    });
  }

  async #timedList<T>(work: () => Promise<readonly T[]>): Promise<readonly T[]> {
    const list: unknown = await this.#timed('get', this.deadlineMs, work);
    if (Array.isArray(list)) return list as readonly T[];
    throw new TypeError('the store did not return a list of values'); // it may give anything
  }

  /** The first operations wait for it; like a write, it may take its time once. */
  async #prepared(operation: StoreOperation): Promise<void> {
    const preparation = this.#preparation;
    if (preparation?.isDone !== false) return;
    await this.#timed(operation, this.#writeDeadlineMs, () => preparation.result());
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

function stateFailure({ operation, reason }: StoreError, note: NoteFact | undefined): void {
  note?.('cache.storeOperation', operation);
  note?.('cache.storeError', reason);
}

async function readBytes(store: CacheStore, key: string): Promise<StoredValue<Uint8Array> | undefined> {
  if (store.getBytes !== undefined) return store.getBytes(key);
  const stored = await store.get(key);
  return isThere(stored?.value) ? { ...stored, value: Buffer.from(stored.value) } : undefined;
}

function readMany(store: CacheStore, keys: readonly string[]): Promise<readonly (StoredValue | undefined)[]> {
  return store.getMany?.(keys) ?? Promise.all(keys.map((key) => store.get(key)));
}

/** Many a client gives null for nothing. */
function isThere<T>(value: T): value is NonNullable<T> {
  return value !== undefined && value !== null;
}

function asStoreError(operation: StoreOperation, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  return new StoreError(operation, storeErrorReason(error), { cause: error });
}
