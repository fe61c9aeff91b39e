import { type ReportedExecution, registerSummary } from 'tta-dev-primitives';
import { allExecutions, type StatedFact } from 'tta-dev-primitives/internal';
import { savingOf, sumOrUnknown } from '../llm/money/ledger/savings.ts';

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
