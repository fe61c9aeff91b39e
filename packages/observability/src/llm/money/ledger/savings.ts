import type { Facts } from 'tta-dev-primitives';
import type { FactName, StatedFact } from 'tta-dev-primitives/internal';
import type { SavingSource } from '../saving-source.ts';
import type { SavingCause } from './entry.ts';

/** One amount that a primitive states it saved. */
export interface StatedSaving {
  readonly cause: SavingCause;
  /** In US dollars; negative for a loss, null if unknown. */
  readonly usd: number | null;
}

const CAUSE_OF: Readonly<Record<SavingSource, SavingCause>> = {
  cache: 'cache',
  coalesced: 'coalescing',
  route: 'routing',
};

type Savings = { readonly [Name in FactName]?: (value: Facts[Name]) => StatedSaving };

/** The one list of facts that say what was saved. */
const SAVINGS: Savings = {
  'cache.savedUsd': ({ usd, source }) => ({ cause: CAUSE_OF[source], usd }),
  'cache.unpriced': () => ({ cause: 'cache', usd: null }),
  'cascade.savedUsd': (usd) => ({ cause: 'cascade', usd }),
  'cascade.unpriced': () => ({ cause: 'cascade', usd: null }),
  'router.savedUsd': (usd) => ({ cause: 'routing', usd }),
  'router.unpriced': () => ({ cause: 'routing', usd: null }),
};

/** What a fact says was saved; undefined for every other fact. */
export function savingOf({ name, value }: StatedFact): StatedSaving | undefined {
  // A cast, because the type does not remember that the value was stated under this very name.
  return (SAVINGS[name] as ((value: unknown) => StatedSaving) | undefined)?.(value);
}

/** The sum; null if an amount is unknown. */
export function sumOrUnknown(amounts: readonly (number | null)[]): number | null {
  return amounts.reduce<number | null>((sum, usd) => (sum === null || usd === null ? null : sum + usd), 0);
}

/** The known amounts, added up by a word. */
export function sumBy<T, Word extends string>(
  items: readonly T[],
  read: (item: T) => readonly [Word | undefined, number | null],
): Partial<Record<Word, number>> {
  const sums: Partial<Record<Word, number>> = {};
  for (const item of items) {
    const [word, usd] = read(item);
    if (word !== undefined && usd !== null) sums[word] = (sums[word] ?? 0) + usd;
  }
  return sums;
}
