import { type Facts, type ReportedExecution, registerSummary } from 'tta-dev-primitives';
import { allExecutions, type FactName } from 'tta-dev-primitives/internal';

declare module 'tta-dev-primitives' {
  interface ReportSummary {
    /**
     * What caches, routers and cascades saved together, in US dollars, less what they lost; null if the saving of one answer is unknown.
     * The sum with `costUsd` is what the request would have cost without them.
     */
    savedUsd: number | null;
  }
}

type Amounts = { readonly [Name in FactName]?: (value: Facts[Name]) => number | null };

const AMOUNTS: Amounts = {
  'cache.savedUsd': ({ usd }) => usd,
  'cache.unpriced': () => null,
  'cascade.savedUsd': (usd) => usd,
  'cascade.unpriced': () => null,
  'router.savedUsd': (usd) => usd,
  'router.unpriced': () => null,
};

/** Adds the sum of all savings to reports; each primitive that saves money calls it. */
export function summariseSavings(): void {
  registerSummary('savedUsd', savingsIn);
}

function savingsIn(executions: readonly ReportedExecution[]): number | null {
  const amounts = allExecutions(executions)
    .flatMap(({ facts }) => facts)
    .flatMap(({ name, value }) => {
      // A cast, because the type does not remember that the value was stated under this very name.
      const amount = (AMOUNTS[name] as ((value: unknown) => number | null) | undefined)?.(value);
      return amount === undefined ? [] : [amount];
    });
  return amounts.reduce<number | null>((sum, usd) => (sum === null || usd === null ? null : sum + usd), 0);
}
