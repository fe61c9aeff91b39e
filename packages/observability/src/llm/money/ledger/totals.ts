import { Sum } from '../sum.ts';
import type { LedgerAttempt, LedgerEntry, SavingCause, WasteCause } from './entry.ts';

/** What requests cost, saved and wasted, in US dollars. `spendUsd + savedUsd` is `baselineUsd`. Unknown amounts are in no sum. */
export interface LedgerAmounts {
  readonly requests: number;
  /** What all attempts cost. */
  readonly spendUsd: number;
  /** What the requests would have cost with nothing saved. */
  readonly baselineUsd: number;
  /** What was saved; negative where it cost more. */
  readonly savedUsd: number;
  /** The part of `savedUsd` that is known: caches and shared calls. */
  readonly realisedUsd: number;
  /** The part of `savedUsd` that is an estimate: routers and cascades. */
  readonly estimatedUsd: number;
  readonly savedByCause: Readonly<Partial<Record<SavingCause, number>>>;
  /** What attempts cost whose answers no caller got. Part of `spendUsd`. */
  readonly wastedUsd: number;
  readonly wastedByCause: Readonly<Partial<Record<WasteCause, number>>>;
  /** How many amounts are unknown: attempts, savings, and what a record had no room for. */
  readonly unpriced: number;
}

/** Whether a saving is known once the answer is there. Any other is an estimate. */
const IS_REALISED: Readonly<Record<SavingCause, boolean>> = {
  routing: false,
  cascade: false,
  cache: true,
  coalescing: true,
};

/**
 * Adds up what requests cost and saved, as every ledger does, without losing the small amounts.
 *
 * @example
 * ```ts
 * const sums = new AmountSums();
 * sums.request();
 * sums.attempt({ costUsd: 0.002 });
 * sums.saved({ routing: 0.01 });
 * sums.snapshot(); // { requests: 1, spendUsd: 0.002, savedUsd: 0.01, baselineUsd: 0.012, ... }
 * ```
 */
export class AmountSums {
  #requests = 0;
  #unpriced = 0;
  readonly #spend = new Sum();
  readonly #saved = new Map<SavingCause, Sum>();
  readonly #wasted = new Map<WasteCause, Sum>();

  entry(entry: LedgerEntry): void {
    this.request(unpricedIn(entry));
    this.saved(entry.savedUsd);
    for (const attempt of entry.attempts) this.attempt(attempt);
  }

  /** @param unpriced - how many amounts of the request are unknown */
  request(unpriced = 0): void {
    this.#requests += 1;
    this.#unpriced += unpriced;
  }

  attempt({ costUsd, wastedBecause }: Pick<LedgerAttempt, 'costUsd' | 'wastedBecause'>): void {
    if (costUsd === null) return;
    this.#spend.add(costUsd);
    if (wastedBecause !== undefined) sumIn(this.#wasted, wastedBecause).add(costUsd);
  }

  saved(savedUsd: LedgerEntry['savedUsd']): void {
    for (const [cause, usd] of Object.entries(savedUsd)) sumIn(this.#saved, cause as SavingCause).add(usd);
  }

  snapshot(): LedgerAmounts {
    const spendUsd = this.#spend.value;
    const savedByCause = valuesOf(this.#saved);
    const wastedByCause = valuesOf(this.#wasted);
    const causes = Object.entries(savedByCause) as [SavingCause, number][];
    const realisedUsd = total(causes.filter(([cause]) => IS_REALISED[cause]).map(([, usd]) => usd));
    const estimatedUsd = total(causes.filter(([cause]) => !IS_REALISED[cause]).map(([, usd]) => usd));
    const savedUsd = realisedUsd + estimatedUsd;
    return {
      requests: this.#requests,
      spendUsd,
      baselineUsd: spendUsd + savedUsd,
      savedUsd,
      realisedUsd,
      estimatedUsd,
      savedByCause,
      wastedUsd: total(Object.values(wastedByCause)),
      wastedByCause,
      unpriced: this.#unpriced,
    };
  }
}

/** How many amounts of an entry are unknown. */
function unpricedIn({ unpriced }: LedgerEntry): number {
  if (unpriced === undefined) return 0;
  return (unpriced.attempts ?? 0) + (unpriced.omitted ?? 0) + total(Object.values(unpriced.savings ?? {}));
}

function sumIn<Word>(sums: Map<Word, Sum>, word: Word): Sum {
  let sum = sums.get(word);
  if (sum === undefined) sums.set(word, (sum = new Sum()));
  return sum;
}

function valuesOf<Word extends string>(sums: ReadonlyMap<Word, Sum>): Partial<Record<Word, number>> {
  return Object.fromEntries(Array.from(sums, ([word, sum]) => [word, sum.value])) as Partial<Record<Word, number>>;
}

function total(amounts: readonly number[]): number {
  return amounts.reduce((sum, usd) => sum + usd, 0);
}
