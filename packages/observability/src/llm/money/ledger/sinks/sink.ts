import type { LedgerEntry } from '../entry.ts';

/** Where a ledger writes its entries. */
export interface LedgerSink {
  /** Takes an entry, and returns at once. */
  write(entry: LedgerEntry): void;
  /** Resolves when what was taken is stored. @throws what kept it from being stored */
  flush(): Promise<void>;
  /** Flushes, and gives everything back. Idempotent. */
  close(): Promise<void>;
}

/** Where batches of entries go. */
export interface BatchStore {
  write(entries: readonly LedgerEntry[]): Promise<void>;
  /** The same when the process exits, when nothing can be waited for. */
  writeNow(entries: readonly LedgerEntry[]): void;
  close(): void;
}

/** How many entries wait at most. Past that, the oldest are dropped. */
const MAX_WAITING = 10_000;

/** How long an entry waits for others, in milliseconds. */
const WAIT_MS = 1_000;

/** The sinks that may have entries when the process exits; one listener for all of them. */
const open = new Set<BatchedSink>();

function writeAllNow(): void {
  for (const sink of open) sink.writeNow();
}

/** Stores entries in batches, one after the other, and what is left when the process exits. Never keeps the process alive. */
export class BatchedSink implements LedgerSink {
  readonly #store: BatchStore;
  readonly #onError: ((error: unknown) => void) | undefined;
  #waiting: LedgerEntry[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(store: BatchStore, onError: ((error: unknown) => void) | undefined) {
    this.#store = store;
    this.#onError = onError;
    if (open.size === 0) process.once('exit', writeAllNow);
    open.add(this);
  }

  write(entry: LedgerEntry): void {
    if (this.#isClosed) return;
    this.#waiting.push(entry);
    if (this.#waiting.length > MAX_WAITING) {
      this.#waiting.shift();
      this.#report(new RangeError(`an entry was lost, because ${MAX_WAITING} others wait to be written`));
    }
    this.#timer ??= setTimeout(() => void this.flush().catch((error) => this.#report(error)), WAIT_MS).unref();
  }

  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.catch(() => {}).then(() => this.#writeBatch());
    return this.#writing;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      await this.flush();
    } finally {
      open.delete(this);
      if (open.size === 0) process.removeListener('exit', writeAllNow);
      this.#store.close();
    }
  }

  writeNow(): void {
    const entries = this.#waiting.splice(0);
    try {
      if (entries.length > 0) this.#store.writeNow(entries);
    } catch (error) {
      this.#report(error);
    }
  }

  /** What could not be stored waits for the next batch. */
  async #writeBatch(): Promise<void> {
    const entries = [...this.#waiting];
    if (entries.length === 0) return;
    await this.#store.write(entries);
    const written = new Set(entries);
    this.#waiting = this.#waiting.filter((entry) => !written.has(entry));
  }

  #report(error: unknown): void {
    try {
      this.#onError?.(error);
    } catch {
      // A listener that throws does not fail the work.
    }
  }
}
