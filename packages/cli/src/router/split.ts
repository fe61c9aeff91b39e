import type { GradedRow } from 'tta-observability-integration/learning';
import { listed, UsageError } from '../usage-error.ts';

/** What rows are wanted for: to learn and to choose thresholds, or to measure what came of it. */
export type Purpose = 'learning' | 'measuring';

/** The mark of rows that are there to be learned from. */
const LEARNING = 'train';

export interface ChosenRows {
  readonly rows: readonly GradedRow[];
  /** How they were chosen, in one sentence; undefined where all of them were taken. */
  readonly note: string | undefined;
}

/**
 * Chooses rows by their member `split`. Where some are marked `train`, those are for learning and those with another mark for
 * measuring; rows without a mark serve both. Where only one kind is there, all of it is taken.
 *
 * @param splits - the marks that are wanted, if somebody says
 * @throws UsageError if no row has one of them
 */
export function rowsFor(purpose: Purpose, all: readonly GradedRow[], splits?: readonly string[]): ChosenRows {
  if (splits !== undefined) {
    const rows = all.filter(({ split }) => split !== undefined && splits.includes(split));
    if (rows.length > 0) return { rows, note: `Rows marked ${listed(splits)} were taken.` };
    const marks = [...new Set(all.flatMap(({ split }) => split ?? []))];
    throw new UsageError(`no row is marked ${listed(splits)} (marks that occur: ${listed(marks)})`);
  }
  const isWanted = ({ split }: GradedRow): boolean =>
    split === undefined || (split === LEARNING) === (purpose === 'learning');
  const rows = all.filter(isWanted);
  const isDivided = rows.length < all.length && rows.some(({ split }) => split !== undefined);
  if (!isDivided) return { rows: all, note: undefined };
  const left = all.length - rows.length;
  return {
    rows,
    note:
      purpose === 'learning'
        ? `${left} rows with another mark than "train" were left for eval.`
        : `${left} rows marked "train" were left out, because they are there to be learned from.`,
  };
}
