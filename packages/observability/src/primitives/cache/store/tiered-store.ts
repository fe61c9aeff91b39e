import { type Clock, checkNumber, type NoteFact, systemClock } from 'tta-dev-primitives';
import { readEnvelope, remainingLifeOf } from '../entry/envelope.ts';
import { guardedStore } from './guard/guarded-store.ts';
import { type CacheStore, markGuarded } from './store.ts';

export interface TieredStoreOptions {
  /** How long the near tier keeps a value at most, in milliseconds: how late it learns what others deleted. @defaultValue 60_000 */
  readonly nearTtlMs?: number | undefined;
  /** @defaultValue systemClock */
  readonly clock?: Clock | undefined;
}

/**
 * Puts a fast store before a shared one: what is near is answered without asking far, and what was far is kept near.
 *
 * The near tier never keeps an answer longer than it has still to live. Whatever happens to the far tier, near answers go on.
 * Closing it closes both tiers.
 *
 * @throws TypeError or RangeError naming the option if an option is wrong
 * @example
 * ```ts
 * const store = tieredStore(memoryStore({ maxBytes: 32_000_000 }), redisStore({ url: 'redis://localhost:6379' }));
 * ```
 */
export function tieredStore(near: CacheStore, far: CacheStore, options: TieredStoreOptions = {}): CacheStore {
  const { nearTtlMs = 60_000, clock = systemClock } = options;
  checkNumber('tieredStore', 'nearTtlMs', nearTtlMs, { above: 0, allowInfinity: true });
  return markGuarded(new TieredStore(guardedStore(near, { tier: 'near' }), guardedStore(far), nearTtlMs, clock));
}

class TieredStore implements CacheStore {
  readonly #near: CacheStore;
  readonly #far: CacheStore;
  readonly #nearTtlMs: number;
  readonly #clock: Clock;

  constructor(near: CacheStore, far: CacheStore, nearTtlMs: number, clock: Clock) {
    this.#near = near;
    this.#far = far;
    this.#nearTtlMs = nearTtlMs;
    this.#clock = clock;
  }

  async get(key: string, note?: NoteFact): Promise<string | undefined> {
    const near = await this.#near.get(key, note).catch(nothing);
    if (near !== undefined) return near;
    const far = await this.#far.get(key, note);
    if (far !== undefined) this.#keepNear(key, far);
    return far;
  }

  async set(key: string, value: string, ttlMs: number, note?: NoteFact): Promise<void> {
    await this.#setNear(key, value, ttlMs, note);
    await this.#far.set(key, value, ttlMs, note);
  }

  /** The far tier decides, because others ask only there. */
  async setIfAbsent(key: string, value: string, ttlMs: number, note?: NoteFact): Promise<boolean> {
    const isKept = await this.#far.setIfAbsent(key, value, ttlMs, note);
    if (isKept) await this.#setNear(key, value, ttlMs, note);
    return isKept;
  }

  async delete(key: string, note?: NoteFact): Promise<void> {
    await this.#near.delete(key, note).catch(nothing);
    await this.#far.delete(key, note);
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#near.close(), this.#far.close()]);
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

/** A near tier that fails has stated so; the far tier goes on. */
function nothing(): undefined {
  return undefined;
}
