import { type ReportedExecution, registerSummary } from 'tta-dev-primitives';
import { allExecutions, type StatedFact } from 'tta-dev-primitives/internal';
import { savingOf, sumOrUnknown } from '../llm/money/ledger/savings.ts';

declare module 'tta-dev-primitives' {
  interface ReportSummary {
    /**
     * What caches, routers and cascades saved together, in US dollars, less what they lost; null if the saving of one answer is unknown.
     * The sum with `costUsd` is what the request would have cost without them.
     */
    savedUsd: number | null;
  }
}

/** Adds the sum of all savings to reports; each primitive that saves money calls it. */
export function summariseSavings(): void {
  registerSummary('savedUsd', savingsIn);
}

function savingsIn(executions: readonly ReportedExecution[]): number | null {
  const facts = allExecutions(executions).flatMap((execution) => execution.facts);
  return sumOrUnknown(facts.flatMap((fact) => amountIn(fact)));
}

function amountIn(fact: StatedFact): readonly (number | null)[] {
  const saving = savingOf(fact);
  return saving === undefined ? [] : [saving.usd];
}
