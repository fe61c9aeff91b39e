import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type GradedRow, gradedRow, questionOf } from 'tta-observability-integration/learning';

/** Rows of a folder by data set: the name of the file without its ending. */
export type Folder = ReadonlyMap<string, readonly GradedRow[]>;

/** What to learn from, and what to measure on; no question is in both. */
export interface Data {
  readonly train: Folder;
  readonly test: Folder;
}

/** One folder, divided by the member `split` of its rows: `train` to learn from, everything else to measure on. */
export async function dividedFolder(path: string): Promise<Data> {
  const folder = await readFolder(path);
  return apart(
    kept(folder, isTrain),
    kept(folder, (row) => !isTrain(row)),
  );
}

/**
 * Two folders. All rows of the first are learned from, whatever their `split`. All rows of the second are measured on, except those
 * marked `train` where other rows are not.
 */
export async function twoFolders(trainPath: string, testPath: string): Promise<Data> {
  const test = await readFolder(testPath);
  const isDivided = [...test.values()].flat().some((row) => !isTrain(row));
  return apart(await readFolder(trainPath), isDivided ? kept(test, (row) => !isTrain(row)) : test);
}

/** Leaves out of the training whatever question is asked in the test, in whichever file. */
function apart(train: Folder, test: Folder): Data {
  const asked = new Set([...test.values()].flat().map(questionOf));
  return { train: kept(train, (row) => !asked.has(questionOf(row))), test };
}

function isTrain({ split }: GradedRow): boolean {
  return split === 'train';
}

function kept(folder: Folder, isKept: (row: GradedRow) => boolean): Folder {
  return new Map([...folder].map(([name, rows]) => [name, rows.filter(isKept)]));
}

/** Every file of graded rows in a folder; other files are left out. */
async function readFolder(path: string): Promise<Folder> {
  const files = (await readdir(path)).filter((name) => name.endsWith('.jsonl')).sort();
  const folder = new Map<string, readonly GradedRow[]>();
  for (const file of files) {
    const lines = (await readFile(join(path, file), 'utf8')).split('\n').filter((line) => line.trim() !== '');
    const rows = lines.flatMap((line) => rowIn(line));
    if (rows.length < lines.length) console.error(`${file}: ${lines.length - rows.length} lines are no graded rows`);
    if (rows.length > 0) folder.set(basename(file, '.jsonl'), rows);
  }
  return folder;
}

function rowIn(line: string): readonly GradedRow[] {
  try {
    const value = JSON.parse(line) as { m?: Record<string, object>; weak_resp?: unknown };
    const [first] = Object.keys(value.m ?? {});
    if (typeof value.weak_resp === 'string' && first !== undefined && value.m !== undefined) {
      value.m[first] = { ...value.m[first], text: value.weak_resp }; // the source kept the weak model's text alone, and lists it first
    }
    return [gradedRow(value)];
  } catch {
    return []; // counted by the caller
  }
}
