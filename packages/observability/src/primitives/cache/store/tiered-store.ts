import type { Clock, NoteFact } from 'tta-dev-primitives';
import { numberOption, type OptionRules, option, readOptions, systemClock } from 'tta-dev-primitives/internal';
import { readEnvelope, remainingLifeOf } from '../entry/envelope.ts';
import type { CacheTier } from '../facts.ts';
import { guardedStore } from './guard/guarded-store.ts';
import type { ReportingStore } from './reporting-store.ts';
import { type CacheStore, checkStore, markGuarded, type StoredValue, textOf } from './store.ts';

export interface TieredStoreOptions {
  /**
   * How long the near tier keeps a value at most, in milliseconds. Deletions by other processes take effect within this time.
   * @defaultValue 60_000
   */
  readonly nearTtlMs?: number | undefined;
  /** @defaultValue systemClock */
  readonly clock?: Clock | undefined;
}

const RULES = {
  nearTtlMs: numberOption({ above: 0, allowInfinity: true }, 60_000),
  clock: option<Clock>(() => {}, systemClock),
} satisfies OptionRules<TieredStoreOptions>;

/**
 * Puts a fast near store before a shared far one. Values in the near store are returned without asking the far one, and
 * values from the far store are kept near.
 *
 * The near tier never keeps an answer beyond its lifetime. If the far tier fails, near answers are still served. If
 * other processes must see the same (`setIfAbsent`, `replaceIf`, `deleteIf`), the far tier decides. The store supports
 * what its far tier supports. Closing it closes both tiers.
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
  const { nearTtlMs, clock } = readOptions('tieredStore', options, RULES);
  return markGuarded(new TieredStore(guardedStore(near, { tier: 'near' }), guardedStore(far), nearTtlMs, clock));
}

class TieredStore implements ReportingStore {
  readonly isShared: boolean;
  readonly deadlineMs: number | undefined;
  readonly atomic: ReportingStore['atomic'];
  /** What is near is far too, with the life it really has. */
  readonly entries: ReportingStore['entries'];
  readonly peek: ReportingStore['peek'];
  readonly currentSize: ReportingStore['currentSize'];
  readonly #near: ReportingStore;
  readonly #far: ReportingStore;
  readonly #nearTtlMs: number;
  readonly #clock: Clock;

  constructor(near: ReportingStore, far: ReportingStore, nearTtlMs: number, clock: Clock) {
    const { atomic } = far;
    this.isShared = far.isShared === true;
    this.deadlineMs = far.deadlineMs;
    this.atomic = atomic && this.#inBothTiers(atomic);
    this.entries = far.entries?.bind(far);
    this.peek = near.peek?.bind(near);
    const sizeOfNear = near.currentSize?.bind(near);
    this.currentSize = sizeOfNear && (() => ({ ...sizeOfNear(), tier: 'near' }));
    this.#near = near;
    this.#far = far;
    this.#nearTtlMs = nearTtlMs;
    this.#clock = clock;
  }

  /** Of the far tier, as all that has to be decided among processes. */
  get isUsable(): boolean {
    return this.#far.isUsable !== false;
  }

  get(key: string, note?: NoteFact): Promise<StoredValue | undefined> {
    return this.#first(
      key,
      (tier) => tier.get(key, note),
      (value) => value,
    );
  }

  getBytes(key: string, note?: NoteFact): Promise<StoredValue<Uint8Array> | undefined> {
    return this.#first(key, (tier) => tier.getBytes(key, note), textOf);
  }

  async getMany(keys: readonly string[], note?: NoteFact): Promise<readonly (StoredValue | undefined)[]> {
    const near = (await this.#near.getMany(keys, note).catch(nothing)) ?? [];
    const missing = keys.filter((_, index) => near[index] === undefined);
    const far = missing.length === 0 ? [] : await this.#far.getMany(missing, note);
    const found = new Map(missing.map((key, index) => [key, far[index]]));
    for (const [key, stored] of found) if (stored !== undefined) this.#keepNear(key, stored.value);
    return keys.map((key, index) => inTier('near', near[index]) ?? inTier('far', found.get(key)));
  }

  /** Both tiers are told at once, so a store that is closed next has been told everything. */
  async set(key: string, value: string, ttlMs: number, note?: NoteFact): Promise<void> {
    await bothDone(this.#far.set(key, value, ttlMs, note), this.#setNear(key, value, ttlMs, note));
  }

  async setIfAbsent(key: string, value: string, ttlMs: number, note?: NoteFact): Promise<boolean> {
    const isKept = await this.#far.setIfAbsent(key, value, ttlMs, note);
    if (isKept) await this.#setNear(key, value, ttlMs, note);
    return isKept;
  }

  delete(key: string, note?: NoteFact): Promise<void> {
    return bothDone(this.#far.delete(key, note), this.#deleteNear(key, note));
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#near.close(), this.#far.close()]);
  }

  async #first<T>(
    key: string,
    read: (tier: ReportingStore) => Promise<StoredValue<T> | undefined>,
    textIn: (value: T) => string,
  ): Promise<StoredValue<T> | undefined> {
    const near = await read(this.#near).catch(nothing);
    if (near !== undefined) return inTier('near', near);
    const far = await read(this.#far);
    if (far !== undefined) this.#keepNear(key, textIn(far.value));
    return inTier('far', far);
  }

  /** The near tier has what is there now, or nothing: never a value from before a change by another process. */
  #inBothTiers({ replaceIf, deleteIf, ...rights }: NonNullable<ReportingStore['atomic']>): ReportingStore['atomic'] {
    return {
      ...rights,
      replaceIf: async (key, expected, value, ttlMs, note) => {
        const isReplaced = await replaceIf(key, expected, value, ttlMs, note);
        await (isReplaced ? this.#setNear(key, value, ttlMs, note) : this.#deleteNear(key, note));
        return isReplaced;
      },
      deleteIf: (key, expected, note) => bothDone(deleteIf(key, expected, note), this.#deleteNear(key, note)),
    };
  }

  /** Only answers are kept near: what processes agree on, as the generation of a tag, is decided far. */
  async #setNear(key: string, value: string, ttlMs: number, note?: NoteFact): Promise<void> {
    if (readEnvelope(value) === undefined) return this.#deleteNear(key, note);
    await this.#near.set(key, value, Math.min(ttlMs, this.#nearTtlMs), note).catch(nothing);
  }

  #deleteNear(key: string, note?: NoteFact): Promise<void> {
    return this.#near.delete(key, note).catch(nothing);
  }

  /** A value whose remaining life cannot be told stays far. */
  #keepNear(key: string, value: string): void {
    const envelope = readEnvelope(value);
    if (envelope === undefined) return;
    const ttlMs = Math.min(remainingLifeOf(envelope, this.#clock.epochMs()), this.#nearTtlMs);
    if (ttlMs > 0) this.#near.set(key, value, ttlMs).catch(nothing);
  }
}

/** What the far tier says, once the near one is done too, which never fails. */
async function bothDone<T>(far: Promise<T>, near: Promise<void>): Promise<T> {
  const said = await far;
  await near;
  return said;
}

/** Whatever a tier calls itself, it is the near or the far one here. */
function inTier<T>(tier: CacheTier, stored: StoredValue<T> | undefined): StoredValue<T> | undefined {
  return stored && { value: stored.value, tier };
}

/** A near tier that fails has stated so; the far tier goes on. */
function nothing(): undefined {
  return undefined;
}
