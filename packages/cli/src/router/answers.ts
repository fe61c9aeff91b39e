import type { GradedRow } from 'tta-observability-integration/learning';
import { counted } from '../output/format.ts';
import { UsageError } from '../usage-error.ts';
import { callsIn, type Pair, type PairRows } from './pair.ts';
import type { CostOf } from './prices.ts';

/** Rows with the text of the answer that a verifier is to judge. */
export interface AnsweredRows {
  readonly rows: readonly GradedRow[];
  /** Rows that were left out, because they have none. */
  readonly withoutAnswer: number;
}

/** All that the cheap model wrote; undefined where the log does not have it. */
function answerOf({ answers, weakText }: GradedRow, cheap: string): string | undefined {
  const answer = answers[cheap];
  return answer === undefined ? undefined : (answer.text ?? weakText);
}

/** The same for rows of which it is known that it was logged. */
export function answersOf(rows: readonly GradedRow[], cheap: string): readonly string[] {
  return rows.map((row) => answerOf(row, cheap) ?? '');
}

/** @throws UsageError if no row has one */
export function answeredRows(all: readonly GradedRow[], cheap: string): AnsweredRows {
  const rows = all.filter((row) => answerOf(row, cheap) !== undefined);
  if (rows.length === 0) {
    throw new UsageError(
      `none of ${counted(all.length, 'row')} with both models graded has the text of the answer of ${cheap}, which a verifier reads: log it with includeAnswer`,
    );
  }
  return { rows, withoutAnswer: all.length - rows.length };
}

/** The rows of a pair that a verifier can judge; all of them where none is to do so. @throws UsageError if it can judge none */
export function answeredPairs(
  paired: PairRows,
  isToBeJudged: boolean,
  pair: Pair,
  costOf: CostOf,
): PairRows & Pick<AnsweredRows, 'withoutAnswer'> {
  if (!isToBeJudged) return { ...paired, withoutAnswer: 0 };
  const { rows, withoutAnswer } = answeredRows(paired.rows, pair.cheap);
  return { ...paired, rows, ...callsIn(rows, pair, costOf), withoutAnswer };
}

export function answerNotes({ withoutAnswer }: Pick<AnsweredRows, 'withoutAnswer'>, cheap: string): readonly string[] {
  if (withoutAnswer === 0) return [];
  const has = withoutAnswer === 1 ? 'row has' : 'rows have';
  return [
    `${withoutAnswer} ${has} no text of the answer of ${cheap}, and ${withoutAnswer === 1 ? 'was' : 'were'} skipped.`,
  ];
}
