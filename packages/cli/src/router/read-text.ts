import { readFile } from 'node:fs/promises';
import { UsageError } from '../usage-error.ts';

/** The text of a file that fits into memory. @throws UsageError if it cannot be read */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    const problem = code === 'ENOENT' ? `there is no file ${path}` : `${path} cannot be read (${code})`;
    throw new UsageError(problem, { cause: error });
  }
}
