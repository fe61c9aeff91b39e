import type { Clock } from 'tta-dev-primitives';
import { numberOption, type OptionRules, readOptions } from 'tta-dev-primitives/internal';
import { Account } from './account.ts';
import { boundedKey } from './bounded-key.ts';
import type { LimitRequest, LimitReservation, LimitStore, LimitVerdict } from './limit-store.ts';

export interface MemoryLimitsOptions {
  /**
   * How many keys have their own account. An account with nothing to remember makes room for a new key. If none of the 8 least recently
   * used accounts can be removed, new keys share one account until it has nothing to remember. Accounts in use are never dropped, because
   * their keys would start again with a full limit.
   * @defaultValue 10_000
   */
  readonly maxKeys?: number | undefined;
}

const RULES = {
  maxKeys: numberOption({ atLeast: 1, isInteger: true }, 10_000),
} satisfies OptionRules<MemoryLimitsOptions>;

/**
 * Counts limits in this process.
 *
 * Minutes are sliding and exact: a request that starts at 0 ms counts until 59,999 ms, and is forgotten at 60,000 ms. They follow the monotonic
 * clock of the context. Windows of budgets are aligned to the Unix epoch, and follow its wall clock.
 *
 * @throws TypeError or RangeError naming the option if an option is wrong
 * @example
 * ```ts
 * const store = memoryLimits({ maxKeys: 50_000 });
 * const limited = new LimitPrimitive(ask, { key: 'tenant', requestsPerMinute: 60, store });
 * ```
 */
export function memoryLimits(options: MemoryLimitsOptions = {}): LimitStore {
  const { maxKeys } = readOptions('memoryLimits', options, RULES);
  return new MemoryLimits(maxKeys);
}

/** So many of the keys that were used least recently are looked at to make room for one. */
const LOOKED_AT = 8;

/** The accounts of this process. */
export class MemoryLimits implements LimitStore {
  readonly #maxKeys: number;
  /** The least recently used key is first. */
  readonly #accounts = new Map<string, Account>();
  #others: Account | undefined;

  constructor(maxKeys = 10_000) {
    this.#maxKeys = maxKeys;
  }

  reserve(request: LimitRequest, isLocal = false): LimitVerdict {
    return this.#accountOf(request).reserve(request, isLocal);
  }

  /** Counts a request that a shared store has let through. */
  admit(request: LimitRequest): LimitReservation {
    return this.#accountOf(request).admit(request);
  }

  async close(): Promise<void> {}

  #accountOf({ key, clock }: LimitRequest): Account {
    const name = boundedKey(key);
    const known = this.#accounts.get(name);
    if (known !== undefined) {
      this.#accounts.delete(name);
      this.#accounts.set(name, known);
      return known;
    }
    if (this.#others?.isIdle(clock) === true) this.#others = undefined;
    if (this.#others !== undefined) return this.#others; // the key may be one of those that it counts
    if (this.#accounts.size >= this.#maxKeys && !this.#makeRoom(clock)) return (this.#others = new Account());
    const fresh = new Account();
    this.#accounts.set(name, fresh);
    return fresh;
  }

  /** Keys that are examined and kept count as used; the next search then examines others. */
  #makeRoom(clock: Clock): boolean {
    let looked = 0;
    for (const [name, account] of this.#accounts) {
      if (looked === LOOKED_AT) return false;
      looked += 1;
      this.#accounts.delete(name);
      if (account.isIdle(clock)) return true;
      this.#accounts.set(name, account);
    }
    return false;
  }
}
