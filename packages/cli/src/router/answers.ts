import type { GradedRow, RoutingWeights, SeenAnswer } from 'tta-observability-integration/learning';
import { counted } from '../output/format.ts';
import { UsageError } from '../usage-error.ts';
import { callsIn, type Pair, type PairRows } from './pair.ts';
import type { CostOf } from './prices.ts';

/** What a verifier reads of answers: all that was written, or what was extracted of it (`p`) and how long it was. */
export type Reading = 'text' | 'answer';

/** Rows with the answers that a verifier is to judge. */
export interface AnsweredRows {
  readonly rows: readonly GradedRow[];
  /** Rows that were left out, because they have none. */
  readonly withoutAnswer: number;
}

/** What the verifier in weights reads. */
export function readingOf({ verifier }: RoutingWeights): Reading {
  return verifier?.answer === undefined ? 'answer' : 'text';
}

/** The reading that can judge more rows; texts when both judge equally many. */
export function readingIn(rows: readonly GradedRow[], { cheap }: Pair): Reading {
  const extracted = rows.filter(({ answers }) => answers[cheap]?.answer !== undefined).length;
  return extracted > rows.filter((row) => textOf(row, cheap) !== undefined).length ? 'answer' : 'text';
}

/** All that a model wrote; undefined where the log does not have it. Of two models the weaker one may be meant without its name. */
function textOf({ answers, weakText }: GradedRow, model: string): string | undefined {
  const answer = answers[model];
  return answer === undefined ? undefined : (answer.text ?? weakText);
}

/** What a verifier for a pair sees of the answers of a model. */
export function seenOf(
  rows: readonly GradedRow[],
  model: string,
  { second }: Pair,
  reading: Reading,
): readonly SeenAnswer[] {
  return rows.map((row): SeenAnswer => {
    const { answer, outputTokens } = row.answers[model] ?? {};
    if (reading === 'answer') return { answer, outputTokens };
    const text = textOf(row, model);
    return second === undefined ? { text } : { text, answer };
  });
}

/** @throws UsageError if no row has an answer that can be judged */
export function answeredRows(
  all: readonly GradedRow[],
  { cheap, second }: Pair,
  reading: Reading = 'text',
): AnsweredRows {
  const isThere = (row: GradedRow): boolean =>
    (reading === 'answer' ? row.answers[cheap] !== undefined : textOf(row, cheap) !== undefined) &&
    (second === undefined || row.answers[second] !== undefined);
  const rows = all.filter(isThere);
  const isReadable = reading === 'text' || rows.some(({ answers }) => answers[cheap]?.answer !== undefined);
  if (rows.length > 0 && isReadable) return { rows, withoutAnswer: all.length - rows.length };
  const both = `none of ${counted(all.length, 'row')} with both models graded has`;
  if (second !== undefined && all.every(({ answers }) => answers[second] === undefined)) {
    throw new UsageError(`${both} an answer of ${second} (--second)`);
  }
  throw new UsageError(`${both} the text of the answer of ${cheap}, which a verifier reads: log it with includeAnswer`);
}

/** The rows of a pair that a verifier can judge; all of them where none is to do so. @throws UsageError if it can judge none */
export function answeredPairs(
  paired: PairRows,
  reading: Reading | undefined,
  pair: Pair,
  costOf: CostOf,
): PairRows & Pick<AnsweredRows, 'withoutAnswer'> {
  if (reading === undefined) return { ...paired, withoutAnswer: 0 };
  const { rows, withoutAnswer } = answeredRows(paired.rows, pair, reading);
  return { ...paired, rows, ...callsIn(rows, pair, costOf), withoutAnswer };
}

export function answerNotes(
  { withoutAnswer }: Pick<AnsweredRows, 'withoutAnswer'>,
  { cheap, second }: Pair,
): readonly string[] {
  if (withoutAnswer === 0) return [];
  const [have, were] = withoutAnswer === 1 ? ['row has', 'was'] : ['rows have', 'were'];
  const what = second === undefined ? `no text of the answer of ${cheap}` : `no answer of ${cheap} or of ${second}`;
  return [`${withoutAnswer} ${have} ${what}, and ${were} skipped.`];
}
