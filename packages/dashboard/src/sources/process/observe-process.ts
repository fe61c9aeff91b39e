import { observeReports } from 'tta-dev-primitives/internal';
import { isRequest, type LedgerEntry, ledgerEntryOf } from 'tta-observability-integration/llm';
import { seenOf } from '../entry/seen-of-entry.ts';
import { extrasIn } from './extras.ts';
import type { RequestTaker } from './held-requests.ts';

/**
 * Gives every request of this process to the dashboard. @param onEntry - gets its line of a ledger
 *
 * @returns the function that ends the observation
 */
export function observeProcess(requests: RequestTaker, onEntry?: (entry: LedgerEntry) => void): () => void {
  const running = new Set<object>();
  return observeReports({
    onStart: ({ request }) => {
      if (!isRequest(request)) return;
      running.add(request);
      requests.begin();
    },
    onReport: (record) => {
      const { request, executions } = record;
      if (!isRequest(request)) return;
      const entry = ledgerEntryOf(record);
      requests.end(seenOf(entry, extrasIn(executions, request.startedAtMs)), running.delete(request));
      onEntry?.(entry);
    },
  });
}
