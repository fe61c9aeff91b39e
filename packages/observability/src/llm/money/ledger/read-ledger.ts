import { createReadStream, existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { refusal, safely } from 'tta-dev-primitives/internal';
import type { LedgerEntry } from './entry.ts';
import { rotatedName } from './sinks/json-lines.ts';

/** What was found in a file of a ledger. */
export interface LedgerFile {
  readonly entries: number;
  /** Lines, or rows, that are no entry: torn by a lost process, or of something else. */
  readonly skipped: number;
}

const SQLITE_HEADER = 'SQLite format 3\u0000';

/**
 * Reads the file of a `jsonLinesSink`, with the full files beside it, or that of a `sqliteSink`; the oldest entries first.
 *
 * @throws TypeError if `path` is not a string; what the file system throws if the file cannot be read
 */
export async function readLedger(path: string, onEntry: (entry: LedgerEntry) => void): Promise<LedgerFile> {
  if (typeof path !== 'string') throw new TypeError(refusal('readLedger', 'path', path, 'a string'));
  const found = { entries: 0, skipped: 0 };
  const take = (text: string): void => {
    const entry = entryIn(text);
    if (entry === undefined) {
      found.skipped += 1;
      return;
    }
    found.entries += 1;
    onEntry(entry);
  };
  if (await isDatabase(path)) await readRows(path, take);
  else for (const file of filesOf(path)) await readLines(file, take);
  return found;
}

async function isDatabase(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SQLITE_HEADER.length), 0, SQLITE_HEADER.length, 0);
    return buffer.toString('latin1', 0, bytesRead) === SQLITE_HEADER;
  } finally {
    await file.close();
  }
}

async function readRows(path: string, take: (text: string) => void): Promise<void> {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    for (const row of database.prepare('SELECT entry FROM entries ORDER BY started_at_ms').iterate()) {
      take(String(row['entry']));
    }
  } finally {
    database.close();
  }
}

/** The full files before the newest one. */
function filesOf(path: string): readonly string[] {
  const files = [path];
  for (let number = 1; existsSync(rotatedName(path, number)); number += 1) files.unshift(rotatedName(path, number));
  return files;
}

async function readLines(path: string, take: (text: string) => void): Promise<void> {
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (line !== '') take(line);
  }
}

function entryIn(text: string): LedgerEntry | undefined {
  const value: unknown = safely(() => JSON.parse(text));
  return isEntry(value) ? value : undefined;
}

/** Whether a value has what sums are made of. */
function isEntry(value: unknown): value is LedgerEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { version, id, workflow, attempts, lookups, decisions, timeouts, savedUsd } = value as Record<string, unknown>;
  const areLists = [attempts, lookups, decisions, timeouts].every(Array.isArray);
  const isNamed = typeof id === 'string' && typeof workflow === 'string';
  return version === 1 && isNamed && areLists && areAmounts(savedUsd) && (attempts as unknown[]).every(isAttempt);
}

function isAttempt(value: unknown): boolean {
  const costUsd = (value as { readonly costUsd?: unknown } | null)?.costUsd;
  return costUsd === null || Number.isFinite(costUsd);
}

function areAmounts(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every(Number.isFinite);
}
