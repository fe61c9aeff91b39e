import { readLedger } from 'tta-observability-integration/llm';
import type { Observations } from '../../data/observations.ts';
import { seenOf } from '../entry/seen-of-entry.ts';

/**
 * Adds every request of a ledger, a file of JSON lines or a database, the oldest first.
 *
 * @returns what could not be read, in sentences
 * @throws the error of the file
 */
export async function addLedger(path: string, observations: Observations): Promise<readonly string[]> {
  const { skipped } = await readLedger(path, (entry) => observations.end(seenOf(entry), false));
  if (skipped === 0) return [];
  return [`${skipped === 1 ? '1 line' : `${skipped} lines`} of the ledger could not be read: they are in no sum`];
}
