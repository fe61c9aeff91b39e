import {
  admitCascade,
  type CallPrice,
  type CascadeAdmission,
  type CascadeFigures,
  type CascadeRows,
  callsOf,
  cascadeFigures,
} from 'tta-evaluation';
import { answersAgree, type GradedRow, questionOf } from 'tta-observability-integration/learning';
import { type Cascade, TARGET } from './situations.ts';

const SEED = 1;

export type NamedCascadeFigures = {
  readonly cascade: string;
  readonly dataset: string;
  readonly target: number;
  /** What the training rows show: it is enabled only if they show both. */
  readonly admission: CascadeAdmission;
  /** What it comes to on the test rows if it is enabled all the same. */
  readonly unasked: Pick<CascadeFigures, 'retained' | 'saved'>;
} & CascadeFigures;

export type Prices = Readonly<Record<string, CallPrice>>;

/** Decides on the training rows whether a cascade keeps its target and saves, and measures it on the test rows. */
export function measureCascade(
  cascade: Cascade,
  train: readonly GradedRow[],
  test: readonly GradedRow[],
  prices: Prices,
): NamedCascadeFigures {
  const graded = gradedFor(cascade, train);
  const questions = graded.map(questionOf);
  const admission = admitCascade(rowsOf(cascade, graded, prices), { target: TARGET, questions });
  const measured = rowsOf(cascade, gradedFor(cascade, test), prices);
  const { retained, saved } = cascadeFigures(measured, true, SEED);
  return {
    cascade: cascadeName(cascade),
    dataset: cascade.datasets.join(' + '),
    target: 100 * TARGET,
    admission,
    unasked: { retained, saved },
    ...cascadeFigures(measured, admission.isAdmitted, SEED),
  };
}

export function cascadeName({ first, second, strong }: Cascade): string {
  return `${first} + ${second} -> ${strong}`;
}

function gradedFor({ first, second, strong }: Cascade, all: readonly GradedRow[]): readonly GradedRow[] {
  return all.filter(
    ({ answers }) =>
      [first, strong].every((model) => answers[model]?.quality !== undefined) && answers[second] !== undefined,
  );
}

function rowsOf({ first, second, strong }: Cascade, rows: readonly GradedRow[], prices: Prices): CascadeRows {
  const calls = (model: string) => callsOf(rows, model, prices[model]);
  return {
    first: calls(first),
    second: calls(second),
    strong: calls(strong),
    agrees: Uint8Array.from(rows, ({ answers }) =>
      answersAgree(answers[first]?.answer, answers[second]?.answer) ? 1 : 0,
    ),
  };
}
