import { Sum } from './sum.ts';

/** What saved the money: a stored answer, a call shared with a concurrent request, or a cheaper route. */
export type SavingSource = 'cache' | 'coalesced' | 'route';

/** What became of the money of one piece of work, in US dollars. */
export interface MoneyEntry {
  /** What was paid: 0 for an answer from the cache, null when the price is not known. */
  readonly costUsd: number | null;
  /** What was not paid, by what spared it; negative when it cost more instead, null when that is not known. */
  readonly savedUsd?: Readonly<Partial<Record<SavingSource, number | null>>> | undefined;
}

/** The sums of a {@link MoneySums}, in US dollars; `spendUsd + savedUsd` is `baselineUsd`. */
export interface Savings {
  readonly spendUsd: number;
  /** What the same work would have cost with nothing saved. */
  readonly baselineUsd: number;
  readonly savedUsd: number;
  readonly savedBySource: Readonly<Record<SavingSource, number>>;
  /** How many entries were recorded. */
  readonly entries: number;
  /** How many of them hold an amount that is not known; such an amount is in no sum. */
  readonly unpriced: number;
}

/**
 * Adds up what was spent, what would have been spent, and what made the difference.
 *
 * Spend and saving together are the baseline, to a billionth of a dollar over any number of entries. Losses are savings below
 * zero and are kept. An amount that is not known is counted and never guessed: it adds to no sum.
 *
 * @example
 * ```ts
 * const sums = new MoneySums();
 * sums.record({ costUsd: 0.002, savedUsd: { route: 0.01 } });
 * sums.record({ costUsd: 0, savedUsd: { cache: 0.002 } });
 * sums.snapshot(); // { spendUsd: 0.002, savedUsd: 0.012, baselineUsd: 0.014, ... }
 * ```
 */
export class MoneySums {
  readonly #spend = new Sum();
  readonly #baseline = new Sum();
  readonly #saved: Readonly<Record<SavingSource, Sum>> = { cache: new Sum(), coalesced: new Sum(), route: new Sum() };
  #entries = 0;
  #unpriced = 0;

  record({ costUsd, savedUsd = {} }: MoneyEntry): void {
    const { cache, coalesced, route } = this.#saved;
    let isPriced = this.#add(this.#spend, costUsd);
    isPriced = this.#add(cache, savedUsd.cache) && isPriced;
    isPriced = this.#add(coalesced, savedUsd.coalesced) && isPriced;
    isPriced = this.#add(route, savedUsd.route) && isPriced;
    this.#entries += 1;
    if (!isPriced) this.#unpriced += 1;
  }

  /** @returns false if the amount is not known */
  #add(sum: Sum, usd: number | null | undefined): boolean {
    if (usd === undefined) return true;
    if (usd === null || !Number.isFinite(usd)) return false;
    sum.add(usd);
    this.#baseline.add(usd);
    return true;
  }

  /** The sums so far; what is recorded later does not change them. */
  snapshot(): Savings {
    const { cache, coalesced, route } = this.#saved;
    return Object.freeze({
      spendUsd: this.#spend.value,
      baselineUsd: this.#baseline.value,
      savedUsd: cache.value + coalesced.value + route.value,
      savedBySource: Object.freeze({ cache: cache.value, coalesced: coalesced.value, route: route.value }),
      entries: this.#entries,
      unpriced: this.#unpriced,
    });
  }
}
