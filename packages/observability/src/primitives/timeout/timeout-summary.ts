import { registerSummary } from 'tta-dev-primitives';
import { factsIn } from 'tta-dev-primitives/internal';
import type { TimeoutOutcome, TimeoutPhase } from './facts.ts';

declare module 'tta-dev-primitives' {
  interface ReportSummary {
    /** How the outermost timeout ended. */
    timeoutOutcome: TimeoutOutcome;
    /** The limits that expired, of all timeouts, in the order in which the executions began; empty if all was in time. */
    phases: readonly TimeoutPhase[];
  }
}

/** Adds the expired limits to reports. */
export function summariseTimeout(): void {
  registerSummary('timeoutOutcome', (executions) => factsIn(executions, 'timeout.outcome')[0]);
  registerSummary('phases', (executions) => {
    const isTimed = factsIn(executions, 'timeout.operation').length > 0;
    return isTimed ? factsIn(executions, 'timeout.phase') : undefined;
  });
}
