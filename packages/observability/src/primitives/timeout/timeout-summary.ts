import { registerSummary } from 'tta-dev-primitives';
import { factsIn } from 'tta-dev-primitives/internal';

/** Adds the expired limits to reports. */
export function summariseTimeout(): void {
  registerSummary('timeoutOutcome', (executions) => factsIn(executions, 'timeout.outcome')[0]);
  registerSummary('phases', (executions) => {
    const isTimed = factsIn(executions, 'timeout.operation').length > 0;
    return isTimed ? factsIn(executions, 'timeout.phase') : undefined;
  });
}
