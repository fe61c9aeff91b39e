import { appendFileSync } from 'node:fs';
import { appendFile, open, rename, rm, stat } from 'node:fs/promises';
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

export interface JsonLinesSinkOptions {
  /** The file that lines are appended to. Each process needs a file of its own. */
  readonly path: string;
  /** At this size the file is renamed to `<path>.1`, and a new file begins. @defaultValue 67_108_864 (64 MiB) */
  readonly maxBytes?: number | undefined;
  /** How many renamed files are kept; the oldest is deleted. @defaultValue 9 */
  readonly maxFiles?: number | undefined;
  /** Called when lines cannot be written. They wait, 10,000 at most, and are tried again. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

const RULES = {
  path: required(nameOption),
  maxBytes: numberOption({ atLeast: 1_024, isInteger: true }, 64 * 1_024 * 1_024),
  maxFiles: numberOption({ atLeast: 0, isInteger: true }, 9),
  onError: functionOption(),
} satisfies OptionRules<JsonLinesSinkOptions>;

/**
 * Appends each entry of a ledger as one line of JSON, a second after it was recorded at the latest, and the rest when the process exits.
 * `tta report` reads the file.
 *
 * @throws TypeError or RangeError that names the option
 * @example
 * ```ts
 * const ledger = new SavingsLedger({ sinks: [jsonLinesSink({ path: 'ledger.jsonl' })] });
 * ```
 */
export function jsonLinesSink(options: JsonLinesSinkOptions): LedgerSink {
  const { path, maxBytes, maxFiles, onError } = readOptions('jsonLinesSink', options, RULES);
  return new BatchedSink(new JsonLinesFile(path, maxBytes, maxFiles), onError);
}

class JsonLinesFile implements BatchStore {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #maxFiles: number;
  /** Undefined until the file was looked at. */
  #bytes: number | undefined;
  /** What ends a line that a lost process has begun. */
  #lead = '';

  constructor(path: string, maxBytes: number, maxFiles: number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#maxFiles = maxFiles;
  }

  async write(entries: readonly LedgerEntry[]): Promise<void> {
    this.#bytes ??= await this.#look();
    const text = this.#textOf(entries);
    if (this.#bytes > 0 && this.#bytes + text.length > this.#maxBytes) await this.#rotate();
    await appendFile(this.#path, this.#lead + text, { mode: 0o600 });
    this.#bytes += Buffer.byteLength(this.#lead + text);
    this.#lead = '';
  }

  writeNow(entries: readonly LedgerEntry[]): void {
    appendFileSync(this.#path, this.#lead + this.#textOf(entries), { mode: 0o600 });
  }

  close(): void {}

  #textOf(entries: readonly LedgerEntry[]): string {
    return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  }

  async #look(): Promise<number> {
    const { size } = await stat(this.#path).catch(orNothing);
    if (size === 0) return 0;
    const file = await open(this.#path);
    try {
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
      if (buffer.toString() !== '\n') this.#lead = '\n';
    } finally {
      await file.close();
    }
    return size;
  }

  async #rotate(): Promise<void> {
    await rm(rotatedName(this.#path, this.#maxFiles), { force: true });
    for (let number = this.#maxFiles - 1; number >= 1; number -= 1) {
      await rename(rotatedName(this.#path, number), rotatedName(this.#path, number + 1)).catch(orNothing);
    }
    if (this.#maxFiles === 0) await rm(this.#path, { force: true });
    else await rename(this.#path, rotatedName(this.#path, 1));
    this.#bytes = 0;
    this.#lead = '';
  }
}

/** The name of a file that was full; 1 is the newest. */
export function rotatedName(path: string, number: number): string {
  return `${path}.${number}`;
}

/** A file that does not exist is empty. */
function orNothing(error: NodeJS.ErrnoException): { readonly size: number } {
  if (error.code === 'ENOENT') return { size: 0 };
  throw error;
}
