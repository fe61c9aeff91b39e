import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Tells our files from others of SQLite: "ttac". */
const APPLICATION_ID = 0x74746163;
const SCHEMA_VERSION = 1;

/** What an entry takes besides its key and value: its row, and its place in three indexes. */
export const ENTRY_OVERHEAD_BYTES = 128;

/** How long the process may stand still for another that writes; after that it waits without standing still. */
const BUSY_TIMEOUT_MS = 5;

const SIZE = (row: string): string => `length(${row}.key) + length(${row}.value) + ${ENTRY_OVERHEAD_BYTES}`;

/** Keys and values are bytes. The total is kept by the file itself, because several processes add to it. */
const SCHEMA = `
  CREATE TABLE entries (
    key BLOB NOT NULL PRIMARY KEY, value BLOB NOT NULL, expires_at REAL NOT NULL, used_at REAL NOT NULL
  ) STRICT;
  CREATE INDEX entries_by_expiry ON entries (expires_at);
  CREATE INDEX entries_by_use ON entries (used_at);
  CREATE TABLE total (bytes INTEGER NOT NULL) STRICT;
  INSERT INTO total VALUES (0);
  CREATE TRIGGER entry_added AFTER INSERT ON entries BEGIN UPDATE total SET bytes = bytes + ${SIZE('NEW')}; END;
  CREATE TRIGGER entry_removed AFTER DELETE ON entries BEGIN UPDATE total SET bytes = bytes - (${SIZE('OLD')}); END;
  CREATE TRIGGER entry_replaced AFTER UPDATE OF value ON entries
    BEGIN UPDATE total SET bytes = bytes + length(NEW.value) - length(OLD.value); END;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

const STATEMENTS = {
  read: 'SELECT value, expires_at, used_at FROM entries WHERE key = ?',
  page: 'SELECT key, value, expires_at FROM entries WHERE key > ? ORDER BY key LIMIT 100',
  set: `INSERT INTO entries VALUES (:key, :value, :expiresAt, :now) ON CONFLICT (key) DO UPDATE
    SET value = excluded.value, expires_at = excluded.expires_at, used_at = excluded.used_at`,
  setIfAbsent: `INSERT INTO entries VALUES (:key, :value, :expiresAt, :now) ON CONFLICT (key) DO UPDATE
    SET value = excluded.value, expires_at = excluded.expires_at, used_at = excluded.used_at
    WHERE expires_at <= :now`,
  replaceIf: `UPDATE entries SET value = :value, expires_at = :expiresAt, used_at = :now
    WHERE key = :key AND value = :expected AND expires_at > :now`,
  delete: 'DELETE FROM entries WHERE key = ?',
  deleteIf: 'DELETE FROM entries WHERE key = ? AND value = ? AND expires_at > ?',
  touch: 'UPDATE entries SET used_at = ? WHERE key = ? AND used_at < ?',
  total: 'SELECT bytes FROM total',
  prune: 'DELETE FROM entries WHERE key IN (SELECT key FROM entries WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)',
  /** Of those used least recently as many as make so many bytes, and at most so many. */
  evict: `DELETE FROM entries WHERE key IN (SELECT key FROM (
    SELECT key, sum(size) OVER (ORDER BY used_at, key) - size AS before FROM (
      SELECT key, used_at, ${SIZE('entries')} AS size FROM entries ORDER BY used_at, key LIMIT :atMost))
    WHERE before < :bytes)`,
};

export type Statements = Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;

/** An open file of the cache. */
export interface CacheFile {
  readonly database: DatabaseSync;
  readonly statements: Statements;
}

/**
 * Opens a file of the cache, or makes one where there is none, for its owner only.
 *
 * @throws an error of the system or of SQLite, or one with the code `ERR_TTA_FOREIGN_FILE` if the file holds something else, which
 * stays as it is
 */
export function openCacheFile(Database: typeof DatabaseSync, path: string): CacheFile {
  makeFolder(dirname(path));
  closeSync(openSync(path, 'a', 0o600));
  const database = new Database(path);
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    if (!isOurs(database)) initialize(database);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216');
    const prepared = Object.entries(STATEMENTS).map(([name, sql]) => [name, database.prepare(sql)]);
    return { database, statements: Object.fromEntries(prepared) as Statements };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** One folder at a time: `recursive` of Node.js never returns where a file system denies that the parent exists, as /proc does. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another process was faster
  }
}

/** Several processes may find the file empty at once: the first of them fills it. */
function initialize(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    if (!isOurs(database)) database.exec(SCHEMA);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

/** @returns false if the file is empty. @throws if it is neither empty nor ours */
function isOurs(database: DatabaseSync): boolean {
  const read = (name: string): unknown => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  const [applicationId, version] = [read('application_id'), read('user_version')];
  if (applicationId === APPLICATION_ID && version === SCHEMA_VERSION) return true;
  const isEmpty = applicationId === 0 && version === 0 && read('schema_version') === 0;
  if (isEmpty) return false;
  const what = applicationId === APPLICATION_ID ? 'a cache of another version' : 'something else than a cache';
  throw Object.assign(new Error(`fileStore: the file holds ${what}`), { code: 'ERR_TTA_FOREIGN_FILE' });
}
