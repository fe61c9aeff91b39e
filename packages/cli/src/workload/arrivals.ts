import { UsageError } from '../usage-error.ts';
import { type Line, linesOf } from './lines.ts';
import { objectOf, type Refuse, tokensOf } from './records.ts';

/** One request of a recorded trace of traffic. */
export interface Arrival {
  /** Milliseconds since the first request of the trace. */
  readonly atMs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Equal for two requests with the same content; undefined when the trace tells nothing about content. */
  readonly content: string | undefined;
}

type ArrivalReader = (text: string, refuse: Refuse) => Arrival;

/**
 * Reads the first `limit` requests of a trace, sorted by time, the earliest at 0 ms. The first line tells which of two formats it is:
 * - a CSV file with the columns `TIMESTAMP`, `ContextTokens` and `GeneratedTokens` (Azure's traces);
 * - JSON lines `{ timestamp, input_length, output_length, hash_ids }`, the timestamp in milliseconds (Mooncake's traces).
 *
 * @throws UsageError naming the file, the line and what is wrong with it
 */
export async function readArrivals(
  path: string,
  limit: number = Infinity,
  signal?: AbortSignal,
): Promise<readonly Arrival[]> {
  const arrivals: Arrival[] = [];
  let read: ArrivalReader | undefined;
  for await (const line of linesOf(path, signal)) {
    const refuse: Refuse = (problem) => new UsageError(`${path}, line ${line.number}: ${problem}`);
    if (read === undefined) {
      read = line.text.startsWith('{') ? mooncakeArrival : azureReader(line, refuse);
      if (read !== mooncakeArrival) continue;
    }
    arrivals.push(read(line.text, refuse));
    if (arrivals.length >= limit) break;
  }
  if (arrivals.length === 0) throw new UsageError(`${path} contains no requests, but a trace needs at least one`);
  arrivals.sort((one, other) => one.atMs - other.atMs);
  const startMs = arrivals[0]?.atMs ?? 0;
  return arrivals.map((arrival) => ({ ...arrival, atMs: arrival.atMs - startMs }));
}

/** A trace made faster to fit. */
export interface CompressedArrivals {
  readonly arrivals: readonly Arrival[];
  /** How many times faster than recorded; 1 for a trace that fits as it is. */
  readonly speedup: number;
}

/** Brings the last arrival within `spanMs`; a shorter trace keeps its own time. */
export function compressArrivals(arrivals: readonly Arrival[], spanMs: number): CompressedArrivals {
  const speedup = Math.max(1, (arrivals.at(-1)?.atMs ?? 0) / spanMs);
  return { arrivals: arrivals.map((arrival) => ({ ...arrival, atMs: arrival.atMs / speedup })), speedup };
}

const AZURE_COLUMNS = ['TIMESTAMP', 'ContextTokens', 'GeneratedTokens'] as const;

function azureReader({ text }: Line, refuse: Refuse): ArrivalReader {
  const header = text.split(',').map((column) => column.trim());
  const [time, input, output] = AZURE_COLUMNS.map((column) => header.indexOf(column)) as [number, number, number];
  if (Math.min(time, input, output) < 0) {
    throw refuse(`the first line is neither JSON nor a header with the columns ${AZURE_COLUMNS.join(', ')}`);
  }
  return (line, refuseLine) => {
    const cells = line.split(',').map((cell) => cell.trim());
    if (cells.length !== header.length)
      throw refuseLine(`it has ${cells.length} columns, but the header has ${header.length}`);
    return {
      atMs: timestampOf(cells[time] ?? '', refuseLine),
      inputTokens: tokensOf(numberIn(cells[input] ?? ''), 'ContextTokens', refuseLine),
      outputTokens: tokensOf(numberIn(cells[output] ?? ''), 'GeneratedTokens', refuseLine),
      content: undefined,
    };
  };
}

function mooncakeArrival(text: string, refuse: Refuse): Arrival {
  const row = objectOf(text, refuse);
  const atMs = row['timestamp'];
  const blocks = row['hash_ids'];
  if (typeof atMs !== 'number' || !(atMs >= 0)) throw refuse('"timestamp" must be a number of milliseconds, 0 or more');
  if (blocks !== undefined && !Array.isArray(blocks)) throw refuse('"hash_ids" must be a list');
  const inputTokens = tokensOf(row['input_length'], '"input_length"', refuse);
  const outputTokens = tokensOf(row['output_length'], '"output_length"', refuse);
  return { atMs, inputTokens, outputTokens, content: blocks && `${inputTokens} tokens in blocks ${blocks.join(' ')}` };
}

const TIMESTAMP =
  /^(\d{4})-(0\d|1[0-2])-([0-2]\d|3[01])[ T]([01]\d|2[0-3]):([0-5]\d):([0-5]\d(?:\.\d+)?)(?:Z|[+-]00:?00)?$/;

/** Read by hand, because `Date.parse` reads such a text in the zone of the machine and drops what is below a millisecond. */
function timestampOf(text: string, refuse: Refuse): number {
  const parts = TIMESTAMP.exec(text)?.slice(1).map(Number);
  if (parts === undefined) throw refuse('TIMESTAMP must look like 2023-11-16 18:15:46.68');
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = parts;
  return Date.UTC(year, month - 1, day, hours, minutes) + seconds * 1_000;
}

function numberIn(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
