// The thread of a history: reads the database once, then writes what it is sent.
import { existsSync } from 'node:fs';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type LedgerEntry, readLedger, sqliteSink } from 'tta-observability-integration/llm';
import { type FromWorker, type HistoryInit, SIGNALS, type ToWorker } from './messages.ts';

/** The number of requests in a batch, and of batches under way. */
const BATCH = 200;
const MAX_UNDER_WAY = 2;

/** How many requests are kept; the oldest are deleted. */
const MAX_ROWS = 250_000;

const { path, sinceAtMs, signals } = workerData as HistoryInit;
const port = parentPort as MessagePort; // this is a worker

let told = 0;

function say(message: FromWorker): void {
  port.postMessage(message);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Waits until few batches are under way, which bounds the memory of both threads. */
function tell(entries: readonly LedgerEntry[]): void {
  say({ kind: 'entries', entries });
  told += 1;
  for (;;) {
    const taken = Atomics.load(signals, SIGNALS.taken);
    if (told - taken <= MAX_UNDER_WAY) return;
    Atomics.wait(signals, SIGNALS.taken, taken);
  }
}

async function load(): Promise<void> {
  if (!existsSync(path)) return;
  let batch: LedgerEntry[] = [];
  const { entries, skipped } = await readLedger(path, (entry) => {
    if (entry.startedAtMs < sinceAtMs) return;
    batch.push(entry);
    if (batch.length < BATCH) return;
    tell(batch);
    batch = [];
  });
  if (batch.length > 0) tell(batch);
  if (entries === 0 && skipped > 0) throw new Error('it is not a database of requests');
}

try {
  await load();
  const sink = sqliteSink({
    path,
    maxRows: MAX_ROWS,
    onError: (error) => say({ kind: 'problem', reason: reasonOf(error) }),
  });
  port.on('message', async ({ kind, entries }: ToWorker) => {
    for (const entry of entries) sink.write(entry);
    if (kind === 'write') return;
    await sink.close().catch((error: unknown) => say({ kind: 'problem', reason: reasonOf(error) }));
    Atomics.store(signals, SIGNALS.closed, 1);
    Atomics.notify(signals, SIGNALS.closed);
    say({ kind: 'closed' });
    port.close();
  });
  say({ kind: 'loaded' });
} catch (error) {
  say({ kind: 'unusable', reason: reasonOf(error) });
}
