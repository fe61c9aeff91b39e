import { statSync } from 'node:fs';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { type Clock, exponentialBackoff } from 'tta-dev-primitives';
import { backgroundClock } from 'tta-dev-primitives/internal';
import type { GuardableStore } from '../guard/guardable-store.ts';
import { type StoredValue, type StoreEntry, storedValue, textOf } from '../store.ts';
import { type CacheFile, ENTRY_OVERHEAD_BYTES, openCacheFile, type Statements } from './cache-file.ts';

/** A use is written down only when the last one that was is older, and together with the next write. */
const USE_IS_NEWS_AFTER_MS = 60_000;
const MAX_TOUCHED = 1_000;

/** The keys of a cache are shorter; of a longer one it is not remembered that it was used. */
const MAX_TOUCHED_LENGTH = 512;
const TOUCHES_PER_WRITE = 64;

/** Each so many writes, some of what has expired goes. */
const WRITES_PER_PRUNING = 50;
const PRUNED_AT_ONCE = 200;

/** When a file is full it is emptied to this share of its bytes, so few writes pay for it. */
const SHARE_AFTER_EVICTION = 0.9;
const EVICTED_AT_ONCE = 1_000;

/** How long a write waits for other processes that write, a little at a time and without holding this one up. */
const BUSY_PATIENCE_MS = 900;
const LONGEST_BUSY_WAIT_MS = 20;
const backoff = exponentialBackoff({ initialMs: 1, jitter: 'equal' });

interface Row {
  readonly value: Uint8Array;
  readonly expires_at: number;
  readonly used_at: number;
}

/** What a `fileStore` does, without its guard. Every operation reads or writes before it returns; only waiting is asynchronous. */
export class FileEntries implements GuardableStore {
  readonly atomic = {
    replaceIf: (key: string, expected: string, value: string, ttlMs: number): Promise<boolean> => {
      const row = { ...this.#row(key, value, ttlMs), expected: Buffer.from(expected) };
      return this.#write((statements) => statements.replaceIf.run(row).changes === 1);
    },
    deleteIf: (key: string, expected: string): Promise<boolean> => {
      const [name, value] = [Buffer.from(key), Buffer.from(expected)];
      return this.#write((statements) => statements.deleteIf.run(name, value, this.#clock.epochMs()).changes === 1);
    },
  };
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #touched = new Map<string, number>();
  #Database: typeof DatabaseSync | undefined;
  #file: CacheFile | undefined;
  #writes = 0;
  #isClosed = false;
  /** A file that turned out to be damaged is left alone until another lies in its place. */
  #damaged: { readonly fileId: number; readonly error: unknown } | undefined;

  constructor(path: string, maxBytes: number, clock: Clock, random: () => number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#clock = clock;
    this.#random = random;
  }

  async prepare(): Promise<void> {
    this.#Database = (await import('node:sqlite')).DatabaseSync;
  }

  async ping(): Promise<void> {
    await this.#patiently(({ statements }) => statements.total.get());
  }

  async get(key: string): Promise<StoredValue | undefined> {
    const stored = await this.getBytes(key);
    return stored && { value: textOf(stored.value) };
  }

  getBytes(key: string): Promise<StoredValue<Uint8Array> | undefined> {
    return this.#patiently(({ statements }) => storedValue(this.#read(statements, key)));
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    await this.#write(({ set, delete: remove }) => {
      if (this.#fits(key, value)) set.run(this.#row(key, value, ttlMs));
      else remove.run(Buffer.from(key));
    });
  }

  async setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    if (!this.#fits(key, value)) return (await this.get(key)) === undefined;
    return this.#write(({ setIfAbsent }) => setIfAbsent.run(this.#row(key, value, ttlMs)).changes === 1);
  }

  async delete(key: string): Promise<void> {
    await this.#write((statements) => statements.delete.run(Buffer.from(key)));
  }

  /** Page by page, so others can write in between. */
  async *entries(prefix: string): AsyncGenerator<StoreEntry> {
    const start = Buffer.from(prefix);
    let after = Buffer.from(start.subarray(0, -1)); // sorts before every key with the prefix
    for (;;) {
      const page = await this.#patiently(({ statements }) => statements.page.all(after));
      for (const row of page) {
        const { key, value, expires_at: expiresAt } = row as unknown as Row & { readonly key: Uint8Array };
        after = Buffer.from(key);
        if (Buffer.compare(after.subarray(0, start.length), start) > 0) return;
        const ttlMs = expiresAt - this.#clock.epochMs();
        const isWithin = after.subarray(0, start.length).equals(start);
        if (isWithin && ttlMs > 0) yield { key: textOf(key), value: textOf(value), ttlMs };
      }
      if (page.length === 0) return;
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const file = this.#file;
    this.#file = undefined;
    if (file === undefined) return;
    try {
      this.#inTransaction(file, () => this.#writeTouches(file.statements, MAX_TOUCHED));
    } catch {
      // When values were used last is lost, and no value is.
    }
    file.database.close();
  }

  #read({ read }: Statements, key: string): Uint8Array | undefined {
    const row = read.get(Buffer.from(key)) as Row | undefined;
    const now = this.#clock.epochMs();
    if (row === undefined || row.expires_at <= now) return undefined;
    const hasRoom = this.#touched.size < MAX_TOUCHED && key.length <= MAX_TOUCHED_LENGTH;
    if (row.used_at <= now - USE_IS_NEWS_AFTER_MS && hasRoom) this.#touched.set(key, now);
    return row.value;
  }

  #row(key: string, value: string, ttlMs: number): Record<string, SQLInputValue> {
    const now = this.#clock.epochMs();
    return { key: Buffer.from(key), value: Buffer.from(value), expiresAt: now + ttlMs, now };
  }

  #fits(key: string, value: string): boolean {
    return Buffer.byteLength(key) + Buffer.byteLength(value) + ENTRY_OVERHEAD_BYTES <= this.#maxBytes;
  }

  #write<T>(work: (statements: Statements) => T): Promise<T> {
    return this.#patiently((file) =>
      this.#inTransaction(file, () => {
        const result = work(file.statements);
        this.#makeRoom(file.statements);
        return result;
      }),
    );
  }

  #inTransaction<T>({ database }: CacheFile, work: () => T): T {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  #makeRoom(statements: Statements): void {
    this.#writeTouches(statements, TOUCHES_PER_WRITE);
    const isFull = totalOf(statements) > this.#maxBytes;
    if (isFull || this.#writes % WRITES_PER_PRUNING === 0) statements.prune.run(this.#clock.epochMs(), PRUNED_AT_ONCE);
    this.#writes += 1;
    while (isFull && totalOf(statements) > this.#maxBytes) {
      const bytes = totalOf(statements) - this.#maxBytes * SHARE_AFTER_EVICTION;
      if (statements.evict.run({ bytes, atMost: EVICTED_AT_ONCE }).changes === 0) return;
    }
  }

  #writeTouches({ touch }: Statements, count: number): void {
    for (const [key, usedAt] of [...this.#touched].slice(0, count)) {
      touch.run(usedAt, Buffer.from(key), usedAt);
      this.#touched.delete(key);
    }
  }

  /** Tries until no other process is in the way, or patience ends with SQLite's own error. */
  async #patiently<T>(work: (file: CacheFile) => T): Promise<T> {
    const dueAt = this.#clock.now() + BUSY_PATIENCE_MS;
    for (let failures = 1; ; failures += 1) {
      try {
        return work(this.#open());
      } catch (error) {
        this.#rememberDamage(error);
        if (!isBusy(error) || this.#clock.now() >= dueAt) throw error;
      }
      const random = this.#random;
      await pause(backoff({ failures, previousMs: 0, maxDelayMs: LONGEST_BUSY_WAIT_MS, random }));
    }
  }

  #open(): CacheFile {
    if (this.#isClosed || this.#Database === undefined) throw new Error('fileStore: connection is closed');
    if (this.#damaged !== undefined && fileIdOf(this.#path) === this.#damaged.fileId) throw this.#damaged.error;
    this.#damaged = undefined;
    this.#file ??= openCacheFile(this.#Database, this.#path);
    return this.#file;
  }

  #rememberDamage(error: unknown): void {
    if (this.#damaged !== undefined || !isDamage(error)) return;
    this.#damaged = { fileId: fileIdOf(this.#path), error };
    this.#file?.database.close();
    this.#file = undefined;
  }
}

function totalOf({ total }: Statements): number {
  return Number(total.get()?.['bytes'] ?? 0);
}

/** The primary code of an error of SQLite: 5 and 6 say that another connection is in the way, 11 and 26 that this is no good file. */
function codeOf(error: unknown): number {
  return Number((error as { readonly errcode?: unknown } | undefined)?.errcode) % 256;
}

const isBusy = (error: unknown): boolean => [5, 6].includes(codeOf(error));
const isDamage = (error: unknown): boolean => [11, 26].includes(codeOf(error));

function fileIdOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? -1;
}

/** A caller that waits for the store keeps the process alive; this timer does not. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => backgroundClock().setTimer(resolve, ms));
}
