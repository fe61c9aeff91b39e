import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  functionOption,
  nameOption,
  numberOption,
  type OptionRules,
  readOptions,
  required,
} from 'tta-dev-primitives/internal';
import type { LedgerEntry } from '../entry.ts';
import { BatchedSink, type BatchStore, type LedgerSink } from './sink.ts';

export interface SqliteSinkOptions {
  /** The file of the database; made if it does not exist. */
  readonly path: string;
  /** How many entries are kept; the oldest are deleted. @defaultValue 1_000_000 */
  readonly maxRows?: number | undefined;
  /** Called when entries cannot be written. They wait, 10,000 at most, and are tried again. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

const RULES = {
  path: required(nameOption),
  maxRows: numberOption({ atLeast: 1, isInteger: true }, 1_000_000),
  onError: functionOption(),
} satisfies OptionRules<SqliteSinkOptions>;

/** How many rows are written before other work gets its turn, because the database writes on the main thread. */
const BATCH = 50;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS entries (
    id TEXT PRIMARY KEY,
    started_at_ms REAL NOT NULL,
    tenant TEXT,
    workflow TEXT NOT NULL,
    status TEXT NOT NULL,
    route TEXT,
    cost_usd REAL,
    baseline_usd REAL,
    entry TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS entries_by_time ON entries (started_at_ms);`;

const INSERT = `INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const DELETE_OLDEST = `
  DELETE FROM entries WHERE id IN (
    SELECT id FROM entries ORDER BY started_at_ms LIMIT MAX(0, (SELECT COUNT(*) FROM entries) - ?)
  )`;

/**
 * Writes the entries of a ledger into a table `entries` of a SQLite database, with Node's own `node:sqlite`: 50 at a time, a second after
 * they were recorded at the latest. `tta report` reads the file. The column `entry` holds the whole entry as JSON. Node.js 22 and 24 print
 * an experimental warning when the database is opened.
 *
 * @throws TypeError or RangeError that names the option
 * @example
 * ```ts
 * const ledger = new SavingsLedger({ sinks: [sqliteSink({ path: 'ledger.db' })] });
 * ```
 */
export function sqliteSink(options: SqliteSinkOptions): LedgerSink {
  const { path, maxRows, onError } = readOptions('sqliteSink', options, RULES);
  return new BatchedSink(new EntryTable(path, maxRows), onError);
}

class EntryTable implements BatchStore {
  readonly #path: string;
  readonly #maxRows: number;
  #database: DatabaseSync | undefined;

  constructor(path: string, maxRows: number) {
    this.#path = path;
    this.#maxRows = maxRows;
  }

  async write(entries: readonly LedgerEntry[]): Promise<void> {
    this.#database ??= await opened(this.#path);
    for (let from = 0; from < entries.length; from += BATCH) {
      this.#insert(this.#database, entries.slice(from, from + BATCH));
      await nextTurn();
    }
    this.#database.prepare(DELETE_OLDEST).run(this.#maxRows);
  }

  /** Nothing is written if the database was never opened, because opening it takes a promise. */
  writeNow(entries: readonly LedgerEntry[]): void {
    if (this.#database !== undefined) this.#insert(this.#database, entries);
  }

  close(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  #insert(database: DatabaseSync, entries: readonly LedgerEntry[]): void {
    const insert = database.prepare(INSERT);
    database.exec('BEGIN');
    try {
      for (const entry of entries) insert.run(...columnsOf(entry));
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }
}

async function opened(path: string): Promise<DatabaseSync> {
  const { DatabaseSync: Database } = await import('node:sqlite');
  const database = new Database(path);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 1000; ${SCHEMA}`);
  return database;
}

function columnsOf(entry: LedgerEntry): (string | number | null)[] {
  const { id, startedAtMs, tenantId = null, workflow, status, route = null, costUsd, baselineUsd } = entry;
  return [id, startedAtMs, tenantId, workflow, status, route, costUsd, baselineUsd, JSON.stringify(entry)];
}
