import { type GradedRow, gradedRow } from 'tta-observability-integration/learning';
import { UsageError } from '../usage-error.ts';
import { linesOf } from '../workload/lines.ts';

/** A line that is no row of a routing log. */
export interface BadLine {
  readonly line: number;
  readonly problem: string;
}

/** What was found in one file. */
export interface FileFindings {
  readonly file: string;
  readonly rows: number;
  /** Lines that were skipped, because they are no rows. */
  readonly skipped: number;
  /** The first few of them. */
  readonly bad: readonly BadLine[];
}

export interface RoutingLog {
  readonly rows: readonly GradedRow[];
  readonly files: readonly FileFindings[];
}

const SHOWN_LINES = 3;

/**
 * Reads routing logs. Lines that are no rows are skipped and counted.
 *
 * @throws UsageError if a file cannot be read, or has no row
 */
export async function readLog(paths: readonly string[], signal?: AbortSignal): Promise<RoutingLog> {
  const rows: GradedRow[] = [];
  const files: FileFindings[] = [];
  for (const file of paths) {
    const before = rows.length;
    const bad: BadLine[] = [];
    let skipped = 0;
    for await (const { number, text } of linesOf(file, signal)) {
      const row = rowIn(text);
      if (typeof row !== 'string') {
        rows.push(row);
        continue;
      }
      skipped += 1;
      if (bad.length < SHOWN_LINES) bad.push({ line: number, problem: row });
    }
    const found = { file, rows: rows.length - before, skipped, bad };
    if (found.rows === 0) throw new UsageError(`${file} has no row of a routing log${reasonIn(found)}`);
    files.push(found);
  }
  return { rows, files };
}

/** One sentence for each file with skipped lines. */
export function skippedLines(files: readonly FileFindings[]): readonly string[] {
  return files
    .filter(({ skipped }) => skipped > 0)
    .map(({ file, rows, skipped, bad }) => {
      const shown = bad.map(({ line, problem }) => `line ${line} (${problem})`).join(', ');
      return `${file}: ${skipped} of ${rows + skipped} lines are no rows and were skipped: ${shown}${skipped > bad.length ? ', ...' : ''}`;
    });
}

/** @returns the row, or what is wrong with the line */
function rowIn(text: string): GradedRow | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not JSON';
  }
  try {
    return gradedRow(value);
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
}

function reasonIn({ skipped, bad: [first] }: FileFindings): string {
  if (first === undefined) return ': it is empty';
  return `: line ${first.line}: ${first.problem}${skipped > 1 ? ` (and ${skipped - 1} more)` : ''}`;
}
