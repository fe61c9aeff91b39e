import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
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
 * @throws UsageError in one sentence if it cannot be read
 */
export async function* linesOf(path: string): AsyncGenerator<Line, void, undefined> {
  await refuseUnreadable(path);
  let number = 0;
  let rest = '';
  try {
    for await (const block of createReadStream(path, { encoding: 'utf8', highWaterMark: 2 ** 18 })) {
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
    throw error instanceof UsageError ? error : new UsageError(unreadable(path, error), { cause: error });
  }
  if (rest.trim() !== '') yield { number: number + 1, text: rest.trim() };
}

/** Reads a text file whole. @throws UsageError in one sentence if it cannot be read */
export async function textOf(path: string): Promise<string> {
  await refuseUnreadable(path);
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new UsageError(unreadable(path, error), { cause: error });
  });
}

async function refuseUnreadable(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    throw new UsageError(unreadable(path, error), { cause: error });
  });
  if (found.isDirectory()) throw new UsageError(`${path} is a directory, but a file is needed`);
}

function unreadable(path: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return `there is no file ${path}`;
  if (code === 'EACCES' || code === 'EPERM') return `${path} may not be read by this user`;
  return `${path} cannot be read (${code ?? String(error)})`;
}
