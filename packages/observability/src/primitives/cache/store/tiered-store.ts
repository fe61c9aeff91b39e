import type { Clock, NoteFact } from 'tta-dev-primitives';
import { checkNoUnknown, checkNumber, type OptionNames, systemClock } from 'tta-dev-primitives/internal';
import { readEnvelope, remainingLifeOf } from '../entry/envelope.ts';
import type { CacheTier } from '../facts.ts';
import { guardedStore } from './guard/guarded-store.ts';
import type { ReportingStore } from './reporting-store.ts';
import { type CacheStore, checkStore, markGuarded, type StoredValue, type StoreEntry } from './store.ts';

export interface TieredStoreOptions {
  /** How long the near tier keeps a value at most, in milliseconds: how late it learns what others deleted. @defaultValue 60_000 */
  readonly nearTtlMs?: number | undefined;
  /** @defaultValue systemClock */
  readonly clock?: Clock | undefined;
}

const OPTIONS: OptionNames<TieredStoreOptions> = { nearTtlMs: true, clock: true };

/**
 * Puts a fast store before a shared one: what is near is answered without asking far, and what was far is kept near.
 *
 * The near tier never keeps an answer longer than it has still to live. Whatever happens to the far tier, near answers go on.
 * Where it matters that others see the same (`setIfAbsent`, `replaceIf`, `deleteIf`), the far tier decides. It can do what its
 * far tier can. Closing it closes both tiers.
 *
 * @throws TypeError or RangeError naming the option if an option is wrong
 * @example
 * ```ts
 * const store = tieredStore(memoryStore({ maxBytes: 32_000_000 }), redisStore({ url: 'redis://localhost:6379' }));
 * ```
 */
export function tieredStore(near: CacheStore, far: CacheStore, options: TieredStoreOptions = {}): CacheStore {
  checkStore('tieredStore', 'near', near);
  checkStore('tieredStore', 'far', far);
  checkNoUnknown('tieredStore', options, OPTIONS);
  const { nearTtlMs = 60_000, clock = systemClock } = options;
  checkNumber('tieredStore', 'nearTtlMs', nearTtlMs, { above: 0, allowInfinity: true });
  return markGuarded(new TieredStore(guardedStore(near, { tier: 'near' }), guardedStore(far), nearTtlMs, clock));
}

const NO_ENTRIES: AsyncIterable<StoreEntry> = { async *[Symbol.asyncIterator]() {} };

class TieredStore implements ReportingStore {
  declare readonly replaceIf?: NonNullable<ReportingStore['replaceIf']>;
  declare readonly deleteIf?: NonNullable<ReportingStore['deleteIf']>;
  declare readonly getMany?: NonNullable<ReportingStore['getMany']>;
  declare readonly getBytes?: NonNullable<ReportingStore['getBytes']>;
  declare readonly entries?: NonNullable<ReportingStore['entries']>;
  declare readonly peek?: NonNullable<ReportingStore['peek']>;
  readonly isShared: boolean;
  readonly deadlineMs: number | undefined;
  readonly #near: ReportingStore;
  readonly #far: ReportingStore;
  readonly #nearTtlMs: number;
  readonly #clock: Clock;

  constructor(near: ReportingStore, far: ReportingStore, nearTtlMs: number, clock: Clock) {
    this.isShared = far.isShared === true;
    this.deadlineMs = far.deadlineMs;
    this.#near = near;
    this.#far = far;
    this.#nearTtlMs = nearTtlMs;
    this.#clock = clock;
    if (near.peek !== undefined) this.peek = (key) => near.peek?.(key);
    if (far.replaceIf !== undefined) this.replaceIf = this.#replaceIf;
    if (far.deleteIf !== undefined) this.deleteIf = this.#deleteIf;
    if (far.getMany !== undefined) this.getMany = this.#getMany;
    if (far.getBytes !== undefined) this.getBytes = this.#getBytes;
    if (far.entries !== undefined) this.entries = this.#entries;
  }

  /** Of the far tier, as all that has to be decided among processes. */
  get isUsable(): boolean {
    return this.#far.isUsable !== false;
  }

  async get(key: string, note?: NoteFact): Promise<StoredValue | undefined> {
    const near = await this.#near.get(key, note).catch(nothing);
    if (near !== undefined) return inTier('near', near);
    const far = await this.#far.get(key, note);
    if (far !== undefined) this.#keepNear(key, far.value);
    return inTier('far', far);
  }

  /** Both tiers are told at once, so that a store that is closed next has been told everything. */
  async set(key: string, value: string, ttlMs: number, note?: NoteFact): Promise<void> {
    const near = this.#setNear(key, value, ttlMs, note);
    await this.#far.set(key, value, ttlMs, note);
    await near;
  }

  async setIfAbsent(key: string, value: string, ttlMs: number, note?: NoteFact): Promise<boolean> {
    const isKept = await this.#far.setIfAbsent(key, value, ttlMs, note);
    if (isKept) await this.#setNear(key, value, ttlMs, note);
    return isKept;
  }

  async delete(key: string, note?: NoteFact): Promise<void> {
    const near = this.#near.delete(key, note).catch(nothing);
    await this.#far.delete(key, note);
    await near;
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#near.close(), this.#far.close()]);
  }

  /** The near tier has what is there now, or nothing: never what it had before somebody else changed it. */
  async #replaceIf(key: string, expected: string, value: string, ttlMs: number, note?: NoteFact): Promise<boolean> {
    const isReplaced = (await this.#far.replaceIf?.(key, expected, value, ttlMs, note)) ?? false;
    if (isReplaced) await this.#setNear(key, value, ttlMs, note);
    else await this.#near.delete(key, note).catch(nothing);
    return isReplaced;
  }

  async #deleteIf(key: string, expected: string, note?: NoteFact): Promise<boolean> {
    const near = this.#near.delete(key, note).catch(nothing);
    const isDeleted = (await this.#far.deleteIf?.(key, expected, note)) ?? false;
    await near;
    return isDeleted;
  }

  async #getMany(keys: readonly string[], note?: NoteFact): Promise<readonly (StoredValue | undefined)[]> {
    const near = await this.#getManyNear(keys, note);
    const missing = keys.filter((_, index) => near[index] === undefined);
    const far = missing.length === 0 ? [] : ((await this.#far.getMany?.(missing, note)) ?? []);
    const found = new Map(missing.map((key, index) => [key, far[index]]));
    for (const [key, stored] of found) if (stored !== undefined) this.#keepNear(key, stored.value);
    return keys.map((key, index) => inTier('near', near[index]) ?? inTier('far', found.get(key)));
  }

  async #getManyNear(keys: readonly string[], note?: NoteFact): Promise<readonly (StoredValue | undefined)[]> {
    if (this.#near.getMany === undefined) {
      return Promise.all(keys.map((key) => this.#near.get(key, note).catch(nothing)));
    }
    return (await this.#near.getMany(keys, note).catch(nothing)) ?? keys.map(nothing);
  }

  async #getBytes(key: string, note?: NoteFact): Promise<StoredValue<Uint8Array> | undefined> {
    const near = await this.#getBytesNear(key, note).catch(nothing);
    if (near !== undefined) return inTier('near', near);
    const far = await this.#far.getBytes?.(key, note);
    if (far !== undefined) this.#keepNear(key, asText(far.value));
    return inTier('far', far);
  }

  async #getBytesNear(key: string, note?: NoteFact): Promise<StoredValue<Uint8Array> | undefined> {
    if (this.#near.getBytes !== undefined) return this.#near.getBytes(key, note);
    const near = await this.#near.get(key, note);
    return near && { ...near, value: Buffer.from(near.value) };
  }

  /** What is near is far too, with the life it really has. */
  #entries(prefix: string): AsyncIterable<StoreEntry> {
    return this.#far.entries?.(prefix) ?? NO_ENTRIES;
  }

  /** Only answers are kept near: what processes agree on, as the generation of a tag, is decided far. */
  async #setNear(key: string, value: string, ttlMs: number, note?: NoteFact): Promise<void> {
    const isAnswer = readEnvelope(value) !== undefined;
    const setting = isAnswer
      ? this.#near.set(key, value, Math.min(ttlMs, this.#nearTtlMs), note)
      : this.#near.delete(key, note);
    await setting.catch(nothing);
  }

  /** A value whose remaining life cannot be told stays far. */
  #keepNear(key: string, value: string): void {
    const envelope = readEnvelope(value);
    if (envelope === undefined) return;
    const ttlMs = Math.min(remainingLifeOf(envelope, this.#clock.epochMs()), this.#nearTtlMs);
    if (ttlMs > 0) this.#near.set(key, value, ttlMs).catch(nothing);
  }
}

/** Whatever a tier calls itself, it is the near or the far one here. */
function inTier<T>(tier: CacheTier, stored: StoredValue<T> | undefined): StoredValue<T> | undefined {
  return stored && { value: stored.value, tier };
}

/** A near tier that fails has stated so; the far tier goes on. */
function nothing(): undefined {
  return undefined;
}

function asText({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString();
}
