import type { GradedRow } from 'tta-observability-integration/learning';
import { counted } from '../output/format.ts';
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
 * Chooses rows by their member `split`: rows marked `train` are for learning, those with another mark for measuring, and rows without a
 * mark for both. Where none is left by that, all are taken.
 *
 * @param splits - the wanted marks; undefined for all rows
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
  if (rows.length === 0 || rows.length === all.length) return { rows: all, note: undefined };
  const left = all.length - rows.length;
  const [verb, they] = left === 1 ? ['was', 'it is'] : ['were', 'they are'];
  return {
    rows,
    note:
      purpose === 'learning'
        ? `${counted(left, 'row')} with another mark than "train" ${verb} left for eval.`
        : `${counted(left, 'row')} marked "train" ${verb} left out, because ${they} there to be learned from.`,
  };
}
