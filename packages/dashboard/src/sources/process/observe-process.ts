import { observeReports } from 'tta-dev-primitives/internal';
import { ledgerEntryOf } from 'tta-observability-integration/llm';
import type { Observations } from '../../data/observations.ts';
import { seenOf } from '../entry/seen-of-entry.ts';
import { extrasIn } from './extras.ts';

/** Adds every request of this process to what the dashboard knows. @returns the function that ends the observation */
export function observeProcess(observations: Observations): () => void {
  const running = new Set<string>();
  return observeReports({
    onStart: ({ request }) => {
      running.add(request.id);
      observations.begin();
    },
    onReport: (record) => {
      const { request, executions } = record;
      const seen = seenOf(ledgerEntryOf(record), extrasIn(executions, request.startedAtMs));
      observations.end(seen, running.delete(request.id));
    },
  });
}
