import { constants, createReadStream, openSync, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { addAbortSignal, type Readable } from 'node:stream';
import { text as wholeText } from 'node:stream/consumers';
import { UsageError } from '../usage-error.ts';

/** A line of a file, without white space (nor a byte order mark) around it; the first has number 1. */
export interface Line {
  readonly number: number;
  readonly text: string;
}

/** A longer line is not a record of anything: the file is of another kind. */
const MAX_LINE_CHARACTERS = 16 * 2 ** 20;

/**
 * Reads a text file line by line, leaving out empty lines, and never holds more than a line and a block of it.
 *
 * @param signal - ends the reading, also of a FIFO that has no writer
 * @throws UsageError in one sentence if it cannot be read; the reason of the signal
 */
export async function* linesOf(path: string, signal?: AbortSignal): AsyncGenerator<Line, void, undefined> {
  const found = await readableFile(path);
  let number = 0;
  let rest = '';
  try {
    for await (const block of opened(path, found, signal)) {
      const texts = `${rest}${block}`.split('\n');
      rest = texts.pop() ?? '';
      if (rest.length > MAX_LINE_CHARACTERS) {
        throw new UsageError(`${path} is not a file of records: line ${number + texts.length + 1} has no end in 16 MB`);
      }
      for (const text of texts) {
        number += 1;
        if (text.trim() !== '') yield { number, text: text.trim() };
      }
    }
  } catch (error) {
    throw failureOf(path, error, signal);
  }
  if (rest.trim() !== '') yield { number: number + 1, text: rest.trim() };
}

/** Reads a text file whole, as `linesOf` does. */
export async function textOf(path: string, signal?: AbortSignal): Promise<string> {
  const found = await readableFile(path);
  try {
    return await wholeText(opened(path, found, signal));
  } catch (error) {
    throw failureOf(path, error, signal);
  }
}

/**
 * A thread that waits for the writer of a FIFO cannot be stopped and keeps the process from ending, so a FIFO is read as a socket is:
 * without a thread.
 */
function opened(path: string, found: Stats, signal: AbortSignal | undefined): Readable {
  const stream = found.isFIFO() ? openedFifo(path) : createReadStream(path, { highWaterMark: 2 ** 18 });
  stream.setEncoding('utf8');
  return signal === undefined ? stream : addAbortSignal(signal, stream);
}

function openedFifo(path: string): Socket {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}

async function readableFile(path: string): Promise<Stats> {
  const found = await stat(path).catch((error: unknown) => {
    throw new UsageError(unreadable(path, error), { cause: error });
  });
  if (found.isDirectory()) throw new UsageError(`${path} is a directory, but a file is needed`);
  return found;
}

function failureOf(path: string, error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  return error instanceof UsageError ? error : new UsageError(unreadable(path, error), { cause: error });
}

function unreadable(path: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return `there is no file ${path}`;
  if (code === 'EACCES' || code === 'EPERM') return `${path} may not be read by this user`;
  return `${path} cannot be read (${code ?? String(error)})`;
}
