import { LRUCache } from 'lru-cache';
import type { Clock } from 'tta-dev-primitives';
import { numberOption, type OptionRules, option, readOptions, systemClock } from 'tta-dev-primitives/internal';
import {
  type CacheStore,
  type GuardedStore,
  markGuarded,
  type ResidentValue,
  type StoredValue,
  type StoreEntry,
} from './store.ts';
import type { StoreSize } from './store-size.ts';

export interface MemoryStoreOptions {
  /** How much memory keys and values may take, in bytes. @defaultValue 67_108_864 (64 MiB) */
  readonly maxBytes?: number | undefined;
  /** @defaultValue systemClock */
  readonly clock?: Clock | undefined;
}

interface Entry extends ResidentValue {
  readonly expiresAt: number;
}

/** What an entry takes besides its characters: the node of the list, the slot of the map, the object. */
const ENTRY_OVERHEAD_BYTES = 200;

const RULES = {
  maxBytes: numberOption({ atLeast: 1, isInteger: true }, 67_108_864),
  clock: option<Clock>(() => {}, systemClock),
} satisfies OptionRules<MemoryStoreOptions>;

/**
 * Keeps values in this process. Evicts the least recently used when `maxBytes` is reached.
 *
 * A character counts as two bytes, JavaScript's worst case, and `maxBytes` is never exceeded. A value larger than
 * `maxBytes` is not kept.
 *
 * @throws TypeError or RangeError naming the option if an option is wrong
 * @example
 * ```ts
 * const answers = new CachePrimitive(ask, { store: memoryStore({ maxBytes: 16_000_000 }) });
 * ```
 */
export function memoryStore(options: MemoryStoreOptions = {}): CacheStore {
  const { maxBytes, clock } = readOptions('memoryStore', options, RULES);
  return markGuarded(new MemoryStore(maxBytes, clock));
}

class MemoryStore implements GuardedStore {
  readonly atomic = {
    replaceIf: async (key: string, expected: string, value: string, ttlMs: number): Promise<boolean> => {
      if (this.#freshEntry(key)?.value !== expected) return false;
      await this.set(key, value, ttlMs);
      return true;
    },
    deleteIf: async (key: string, expected: string): Promise<boolean> =>
      this.#freshEntry(key)?.value === expected && this.#entries.delete(key),
  };
  readonly isResident = true;
  readonly #maxBytes: number;
  readonly #entries: LRUCache<string, Entry>;
  readonly #clock: Clock;
  #isClosed = false;

  constructor(maxBytes: number, clock: Clock) {
    this.#maxBytes = maxBytes;
    this.#clock = clock;
    this.#entries = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: ({ value }, key) => (key.length + value.length) * 2 + ENTRY_OVERHEAD_BYTES,
    });
  }

  async get(key: string): Promise<StoredValue | undefined> {
    const entry = this.#freshEntry(key);
    return entry && { value: entry.value, tier: 'near' };
  }

  peek(key: string): ResidentValue | undefined {
    return this.#freshEntry(key);
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    if (!this.#isClosed) this.#entries.set(key, { value, expiresAt: this.#clock.now() + ttlMs });
  }

  async setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    if (this.#freshEntry(key) !== undefined) return false;
    await this.set(key, value, ttlMs);
    return true;
  }

  async delete(key: string): Promise<void> {
    this.#entries.delete(key);
  }

  getMany(keys: readonly string[]): Promise<readonly (StoredValue | undefined)[]> {
    return Promise.all(keys.map((key) => this.get(key)));
  }

  async getBytes(key: string): Promise<StoredValue<Uint8Array> | undefined> {
    const stored = await this.get(key);
    return stored && { ...stored, value: Buffer.from(stored.value) };
  }

  currentSize(): StoreSize {
    return { entries: this.#entries.size, bytes: this.#entries.calculatedSize, maxBytes: this.#maxBytes };
  }

  /** Reading them so makes none of them more recently used. */
  async *entries(prefix: string): AsyncGenerator<StoreEntry> {
    for (const [key, { value, expiresAt }] of [...this.#entries.entries()]) {
      const ttlMs = expiresAt - this.#clock.now();
      if (key.startsWith(prefix) && ttlMs > 0) yield { key, value, ttlMs };
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#entries.clear();
  }

  #freshEntry(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || this.#clock.now() < entry.expiresAt) return entry;
    this.#entries.delete(key);
    return undefined;
  }
}
