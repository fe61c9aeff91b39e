import { Worker } from 'node:worker_threads';
import type { LedgerEntry } from 'tta-observability-integration/llm';
import { type FromWorker, type HistoryInit, SIGNALS, type ToWorker } from './messages.ts';

/** How long an entry waits for others before the worker gets it. */
const WAIT_MS = 1_000;

/** The maximum number of waiting entries. Beyond it the oldest are dropped, and the page shows that. */
export const MAX_WAITING = 10_000;

/** How long the end of the process waits for the worker at most; to write what is left takes milliseconds. */
const EXIT_MS = 5_000;

const IS_SOURCE = import.meta.url.endsWith('.ts');

/**
 * The requests of a process in a database, written and read by a worker with `node:sqlite`, which keeps the thread of the program free. It does
 * not keep the process alive.
 */
export class History {
  readonly #path: string;
  readonly #worker: Worker;
  readonly #signals = new Int32Array(new SharedArrayBuffer(8));
  readonly #ended: Promise<unknown>;
  readonly #loaded: Promise<void>;
  #waiting: LedgerEntry[] = [];
  #timer: NodeJS.Timeout | undefined;
  #problem: string | undefined;
  #lost = 0;
  #closing: Promise<void> | undefined;

  /** @param onEntry - gets the requests that are kept, the oldest first, before {@link loaded} resolves */
  constructor(path: string, sinceAtMs: number, onEntry: (entry: LedgerEntry) => void) {
    this.#path = path;
    const init: HistoryInit = { path, sinceAtMs, signals: this.#signals };
    this.#worker = new Worker(new URL(IS_SOURCE ? './history-worker.ts' : './history-worker.js', import.meta.url), {
      workerData: init,
      execArgv: IS_SOURCE ? ['--conditions=tta-source'] : [], // flags of the program, such as --input-type, may not suit it
    });
    this.#ended = new Promise((resolve) => this.#worker.once('exit', resolve));
    this.#loaded = this.#follow(onEntry);
    process.once('exit', this.#closeNow);
  }

  /** Resolves when everything that is kept was read. @throws Error when the file is no history */
  get loaded(): Promise<void> {
    return this.#loaded;
  }

  /** What keeps requests from being written, in a sentence; none when they are. */
  get problems(): readonly string[] {
    return this.#problem === undefined ? [] : [`the history ${this.#path} cannot be written: ${this.#problem}`];
  }

  /** How many entries came faster than they can be written, and were dropped. */
  get lost(): number {
    return this.#lost;
  }

  /** Takes an entry, and returns at once. */
  write(entry: LedgerEntry): void {
    if (this.#closing !== undefined) return;
    this.#waiting.push(entry);
    if (this.#waiting.length > MAX_WAITING) {
      this.#waiting.shift();
      this.#lost += 1;
    }
    this.#timer ??= setTimeout(() => this.#send('write'), WAIT_MS).unref();
  }

  /** Writes what is left, and ends the worker. May be called more than once. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    process.removeListener('exit', this.#closeNow);
    this.#worker.ref();
    await this.#loaded.then(
      () => this.#send('close'),
      () => this.#worker.terminate(),
    );
    await this.#ended;
  }

  /** At the end of the process nothing can be waited for but another thread. */
  readonly #closeNow = (): void => {
    this.#send('close');
    Atomics.wait(this.#signals, SIGNALS.closed, 0, EXIT_MS);
  };

  #send(kind: ToWorker['kind']): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const message: ToWorker = { kind, entries: this.#waiting.splice(0) };
    this.#worker.postMessage(message);
  }

  #follow(onEntry: (entry: LedgerEntry) => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    promise.catch(() => {}); // the caller may close the history before it asks
    const fail = (reason: string): void => {
      this.#problem = reason;
      reject(new Error(`the history ${this.#path} cannot be used: ${reason}`));
    };
    this.#worker.on('message', (message: FromWorker) => {
      if (message.kind === 'entries') this.#take(message.entries, onEntry);
      else if (message.kind === 'loaded') {
        this.#worker.unref(); // until then the program waits for it
        resolve();
      } else if (message.kind === 'unusable') fail(message.reason);
      else if (message.kind === 'problem') this.#problem = message.reason;
    });
    this.#worker.on('error', (error: Error) => fail(error.message));
    return promise;
  }

  #take(entries: readonly LedgerEntry[], onEntry: (entry: LedgerEntry) => void): void {
    for (const entry of entries) onEntry(entry);
    Atomics.add(this.#signals, SIGNALS.taken, 1);
    Atomics.notify(this.#signals, SIGNALS.taken);
  }
}
