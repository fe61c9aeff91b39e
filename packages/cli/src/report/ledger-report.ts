import { type LedgerEntry, type LedgerTotals, readLedger, SavingsLedger } from 'tta-observability-integration/llm';
import { UsageError } from '../usage-error.ts';

/** What happened within one bucket of time, in US dollars. */
export interface Bucket {
  /** When it begins, in milliseconds since the Unix epoch. */
  readonly fromMs: number;
  readonly requests: number;
  readonly failed: number;
  readonly spendUsd: number;
  readonly savedUsd: number;
}

/** What ledgers say. */
export interface LedgerReport {
  readonly files: readonly string[];
  readonly entries: number;
  /** Lines that are no entries. */
  readonly skipped: number;
  /** When the first request began, and the last one, in milliseconds since the Unix epoch. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly totals: LedgerTotals;
  /** At most 48, of the same length. */
  readonly buckets: readonly Bucket[];
}

const BUCKETS = 48;

/** @throws UsageError in one sentence if a file cannot be read, or if there is no entry */
export async function readLedgers(files: readonly string[]): Promise<LedgerReport> {
  const ledger = new SavingsLedger({ observe: false });
  const points: Bucket[] = [];
  let entries = 0;
  let skipped = 0;
  for (const file of files) {
    const found = await readOne(file, (entry) => {
      ledger.record(entry);
      points.push(pointOf(entry));
    });
    entries += found.entries;
    skipped += found.skipped;
  }
  if (entries === 0)
    throw new UsageError(`${files.join(', ')} has no ledger entry${skipped > 0 ? ` (${skipped} other lines)` : ''}`);
  const fromMs = points.reduce((least, point) => Math.min(least, point.fromMs), Infinity);
  const toMs = points.reduce((most, point) => Math.max(most, point.fromMs), -Infinity);
  return { files, entries, skipped, fromMs, toMs, totals: ledger.totals(), buckets: bucketsOf(points, fromMs, toMs) };
}

async function readOne(file: string, onEntry: (entry: LedgerEntry) => void): ReturnType<typeof readLedger> {
  try {
    return await readLedger(file, onEntry);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new UsageError(`${file} cannot be read (${code})`, { cause: error });
  }
}

function pointOf({ startedAtMs, status, attempts, savedUsd }: LedgerEntry): Bucket {
  return {
    fromMs: startedAtMs,
    requests: 1,
    failed: status === 'success' ? 0 : 1,
    spendUsd: sum(attempts.map(({ costUsd }) => costUsd ?? 0)),
    savedUsd: sum(Object.values(savedUsd)),
  };
}

function bucketsOf(points: readonly Bucket[], fromMs: number, toMs: number): readonly Bucket[] {
  const lengthMs = Math.max(1, (toMs - fromMs + 1) / BUCKETS);
  const buckets = Array.from({ length: BUCKETS }, (_, index) => ({
    fromMs: fromMs + index * lengthMs,
    requests: 0,
    failed: 0,
    spendUsd: 0,
    savedUsd: 0,
  }));
  for (const point of points) {
    const bucket = buckets[Math.floor((point.fromMs - fromMs) / lengthMs)];
    if (bucket === undefined) continue;
    bucket.requests += 1;
    bucket.failed += point.failed;
    bucket.spendUsd += point.spendUsd;
    bucket.savedUsd += point.savedUsd;
  }
  return buckets;
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, usd) => total + usd, 0);
}
