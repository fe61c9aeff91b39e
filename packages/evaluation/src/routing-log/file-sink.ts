import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import {
  checkText,
  numberOption,
  type OptionRules,
  option,
  readOptions,
  refusal,
  required,
} from 'tta-dev-primitives/internal';
import type { RoutingLogSink } from './sink.ts';

export interface FileSinkOptions {
  readonly path: string;
  /** A file that has reached this size, in bytes, is put aside. @defaultValue 67_108_864 */
  readonly maxBytes?: number | undefined;
  /** How many files are kept aside, as `path.1` (the newest) to `path.N`. @defaultValue 4 */
  readonly keep?: number | undefined;
}

const OWNER = 'fileSink';
const RULES = {
  path: required(
    option((owner, name, value) => {
      checkText(owner, name, value);
      if (value === '') throw new RangeError(refusal(owner, name, value, 'the name of a file'));
    }),
  ),
  maxBytes: numberOption({ atLeast: 1 }, 64 * 1024 * 1024),
  keep: numberOption({ atLeast: 0, atMost: 1_000, isInteger: true }, 4),
} satisfies OptionRules<FileSinkOptions>;

/** Only the owner can read or write the log. */
const MODE = 0o600;

/**
 * Writes a routing log to a file that only its owner can read, and puts it aside when it is full. It is opened with the first line, and
 * again after a failure. A line that a failure has torn is ended, so it spoils no other one.
 *
 * @throws TypeError or RangeError naming the option if an option is wrong
 */
export function fileSink(options: FileSinkOptions): RoutingLogSink {
  const { path, maxBytes, keep } = readOptions(OWNER, options, RULES);
  return new FileSink(path, maxBytes, keep);
}

class FileSink implements RoutingLogSink {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #keep: number;
  #file: FileHandle | undefined;
  #bytes = 0;
  #isTorn = false;

  constructor(path: string, maxBytes: number, keep: number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#keep = keep;
  }

  async write(lines: string): Promise<void> {
    try {
      if (this.#file !== undefined && this.#bytes >= this.#maxBytes) await this.#putAside();
      this.#file ??= await this.#open();
      const text = this.#isTorn ? `\n${lines}` : lines;
      this.#isTorn = true; // until all of it is written
      await this.#file.appendFile(text);
      this.#isTorn = false;
      this.#bytes += Buffer.byteLength(text);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #open(): Promise<FileHandle> {
    let file = await open(this.#path, 'a+', MODE);
    let { size } = await file.stat();
    if (size >= this.#maxBytes) {
      this.#file = file;
      await this.#putAside();
      file = await open(this.#path, 'a+', MODE);
      size = 0;
    }
    this.#bytes = size;
    const last = size === 0 ? undefined : (await file.read(Buffer.alloc(1), 0, 1, size - 1)).buffer[0];
    this.#isTorn = last !== undefined && last !== 0x0a;
    return file;
  }

  async #putAside(): Promise<void> {
    await this.close();
    if (this.#keep === 0) return rm(this.#path);
    for (let place = this.#keep - 1; place > 0; place -= 1) {
      await rename(`${this.#path}.${place}`, `${this.#path}.${place + 1}`).catch(ignoreMissing);
    }
    await rename(this.#path, `${this.#path}.1`);
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
