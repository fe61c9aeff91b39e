import { type Choices, choicesBetween, type GradedCalls } from 'tta-evaluation';
import { type GradedRow, questionOf } from 'tta-observability-integration/learning';
import { counted } from '../output/format.ts';
import { listed, UsageError } from '../usage-error.ts';
import type { CostOf } from './prices.ts';

/** Two models to choose between. */
export interface Pair {
  readonly cheap: string;
  readonly strong: string;
  /** Another cheap model, whose answer a verifier compares; it is asked with the cheap one. */
  readonly second?: string | undefined;
}

/** What the answers of each model of a pair were worth and what they cost. */
export interface PairCalls {
  readonly cheap: GradedCalls;
  readonly strong: GradedCalls;
  readonly second?: GradedCalls;
}

/** Rows on which both models were graded, and their costs are known. */
export interface PairRows {
  readonly rows: readonly GradedRow[];
  readonly calls: PairCalls;
  readonly choices: Choices;
  /** Rows of the same prompt that each have one of the answers. */
  readonly joined: number;
  /** Rows that were left out, because the cost of an answer is not known. */
  readonly unpriced: number;
}

/** @throws UsageError if no row has both models graded, or no cost is known */
export function pairRows(all: readonly GradedRow[], pair: Pair, costOf: CostOf): PairRows {
  const { paired, joined } = pairedRows(all, pair);
  const { second } = pair;
  const models = [pair.cheap, pair.strong];
  const asked = ({ answers }: GradedRow): readonly string[] =>
    second === undefined || answers[second] === undefined ? models : [...models, second];
  const rows = paired.filter((row) => asked(row).every((model) => !Number.isNaN(costOf(row, model))));
  if (rows.length === 0) {
    const named = [...new Set(paired.flatMap(asked))];
    const unknown = named.filter((model) => paired.every((row) => Number.isNaN(costOf(row, model))));
    throw new UsageError(
      `the cost of ${listed(unknown.length > 0 ? unknown : models)} is unknown: pass --prices, or log "cost_usd", or "in_tok" and "out_tok" of models with a list price`,
    );
  }
  return { rows, ...callsIn(rows, pair, costOf), joined, unpriced: paired.length - rows.length };
}

/** The same for fewer rows. */
export function callsIn(
  rows: readonly GradedRow[],
  { cheap, strong, second }: Pair,
  costOf: CostOf,
): Pick<PairRows, 'calls' | 'choices'> {
  const calls = {
    cheap: callsOfModel(rows, cheap, costOf),
    strong: callsOfModel(rows, strong, costOf),
    ...(second === undefined ? {} : { second: callsOfModel(rows, second, costOf) }),
  };
  return { calls, choices: choicesBetween(calls.cheap, calls.strong) };
}

/** What a model's answers were worth and what they cost, row by row; `NaN` where that is not known. */
export function callsOfModel(rows: readonly GradedRow[], model: string, costOf: CostOf): GradedCalls {
  return {
    quality: Float64Array.from(rows, ({ answers }) => answers[model]?.quality ?? Number.NaN),
    cost: Float64Array.from(rows, (row) => costOf(row, model)),
  };
}

export function pairNotes({ joined, unpriced }: PairRows): readonly string[] {
  return [
    ...(joined === 0
      ? []
      : [`${counted(joined, 'row')} were joined from answers that were logged apart under one id.`]),
    ...(unpriced === 0 ? [] : [`${counted(unpriced, 'row')} left out, because what an answer cost is not known.`]),
  ];
}

/**
 * Rows with both answers, and rows made of two that have one answer each to the same prompt.
 *
 * @throws UsageError if there is none
 */
export function pairedRows(
  all: readonly GradedRow[],
  { cheap, strong }: Pair,
): { readonly paired: GradedRow[]; readonly joined: number } {
  const paired: GradedRow[] = [];
  const halves = new Map<string, GradedRow>();
  let joined = 0;
  for (const row of all) {
    const [hasCheap, hasStrong] = [cheap, strong].map((model) => row.answers[model]?.quality !== undefined);
    if (hasCheap === true && hasStrong === true) paired.push(row);
    if (hasCheap === hasStrong) continue;
    const key = `${hasCheap === true ? 'cheap' : 'strong'} ${row.id} ${questionOf(row)}`;
    const other = `${hasCheap === true ? 'strong' : 'cheap'} ${row.id} ${questionOf(row)}`;
    const half = halves.get(other);
    if (half === undefined) {
      halves.set(key, row);
      continue;
    }
    halves.delete(other);
    joined += 1;
    paired.push({ ...row, answers: { ...row.answers, ...gradedOf(half) } });
  }
  if (paired.length === 0)
    throw new UsageError(`no row has graded answers of both ${cheap} and ${strong} (graded: ${gradedIn(all)})`);
  return { paired, joined };
}

function gradedOf({ answers }: GradedRow): GradedRow['answers'] {
  return Object.fromEntries(Object.entries(answers).filter(([, { quality }]) => quality !== undefined));
}

function gradedIn(rows: readonly GradedRow[]): string {
  const graded = new Map<string, number>();
  for (const { answers } of rows) {
    for (const [model, { quality }] of Object.entries(answers)) {
      if (quality !== undefined) graded.set(model, (graded.get(model) ?? 0) + 1);
    }
  }
  return listed([...graded].map(([model, count]) => `${model} in ${count}`));
}
