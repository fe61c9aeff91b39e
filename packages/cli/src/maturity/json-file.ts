import { readFile } from 'node:fs/promises';
import { UsageError } from '../usage-error.ts';

/** Parses a file of JSON. @throws UsageError in one sentence if it cannot be read or is not JSON */
export async function jsonIn<Content>(file: string): Promise<Content> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file} cannot be read (${error.code ?? error.message})`, { cause: error });
  });
  try {
    return JSON.parse(text) as Content;
  } catch (error) {
    throw new UsageError(`${file} is not JSON`, { cause: error });
  }
}
