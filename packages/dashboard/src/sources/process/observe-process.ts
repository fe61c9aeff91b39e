import { observeReports } from 'tta-dev-primitives/internal';
import type { Observations } from '../../data/observations.ts';
import { readRequest } from './read-request.ts';

/** Adds every request of this process to what the dashboard knows. @returns the function that ends the observation */
export function observeProcess(observations: Observations): () => void {
  const running = new Set<string>();
  return observeReports({
    onStart: ({ request }) => {
      running.add(request.id);
      observations.begin();
    },
    onReport: (record) => observations.end(readRequest(record), running.delete(record.request.id)),
  });
}
