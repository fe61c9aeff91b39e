import { type CascadeFigures, type CascadeRows, callsOf, cascadeFigures, isWorthwhile } from 'tta-evaluation';
import { answersAgree, type GradedRow } from 'tta-observability-integration/learning';
import { type Cascade, PRICES } from './situations.ts';

const SEED = 1;

export type NamedCascadeFigures = { readonly cascade: string; readonly dataset: string } & CascadeFigures;

/** Decides on the training rows whether a cascade is worth its cheap calls, and measures it on the test rows. */
export function measureCascade(
  cascade: Cascade,
  train: readonly GradedRow[],
  test: readonly GradedRow[],
): NamedCascadeFigures {
  const enabled = isWorthwhile(rowsOf(cascade, train));
  return {
    cascade: cascadeName(cascade),
    dataset: cascade.datasets.join(' + '),
    ...cascadeFigures(rowsOf(cascade, test), enabled, SEED),
  };
}

export function cascadeName({ first, second, strong }: Cascade): string {
  return `${first} + ${second} -> ${strong}`;
}

function rowsOf({ first, second, strong }: Cascade, all: readonly GradedRow[]): CascadeRows {
  const rows = all.filter(
    ({ answers }) =>
      [first, strong].every((model) => answers[model]?.quality !== undefined) && answers[second] !== undefined,
  );
  const calls = (model: string) => callsOf(rows, model, PRICES[model]);
  return {
    first: calls(first),
    second: calls(second),
    strong: calls(strong),
    agrees: Uint8Array.from(rows, ({ answers }) =>
      answersAgree(answers[first]?.answer, answers[second]?.answer) ? 1 : 0,
    ),
  };
}
