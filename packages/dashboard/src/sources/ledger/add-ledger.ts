import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { LedgerEntry } from 'tta-observability-integration/llm';
import type { Observations } from '../../data/observations.ts';
import { seenOf } from '../entry/seen-of-entry.ts';

/**
 * Adds every request of a ledger, in the order of the file.
 *
 * @returns what could not be read, in sentences
 * @throws the error of the file
 */
export async function addLedger(path: string, observations: Observations): Promise<readonly string[]> {
  const unread: number[] = [];
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (line.trim() === '') continue;
    const seen = seenOfLine(line);
    if (seen === undefined) unread.push(number);
    else observations.end(seen, false);
  }
  if (unread.length === 0) return [];
  const more = unread.length > 1 ? ` (and ${unread.length - 1} more)` : '';
  return [`line ${unread[0]}${more} of the ledger is not a request, and is in no sum`];
}

/** Undefined for a line that is not an entry, such as a last one that was torn. */
function seenOfLine(line: string): ReturnType<typeof seenOf> | undefined {
  try {
    const entry = JSON.parse(line) as LedgerEntry;
    return entry.version === 1 ? seenOf(entry) : undefined;
  } catch {
    return undefined;
  }
}
