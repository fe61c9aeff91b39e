import { registerSummary } from 'tta-dev-primitives';
import { factsIn } from 'tta-dev-primitives/internal';

/** Adds the outcome of the lookup to reports. */
export function summariseCache(): void {
  registerSummary('cacheOutcome', (executions) => factsIn(executions, 'cache.outcome')[0]);
}
