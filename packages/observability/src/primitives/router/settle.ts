import { ignoreRejection } from 'tta-dev-primitives/internal';
import type { RoutingDecision, Settlement } from './strategy.ts';

export const NOTHING_SPENT: Settlement = { costUsd: 0 };

/** Tells a strategy what became of its decision; what it throws then is nobody's concern, because the answer has been given. */
export function settleQuietly(settle: RoutingDecision['settle'], settlement: Settlement): void {
  try {
    ignoreRejection(settle?.(settlement));
  } catch {
    // The caller has its answer, or the error of its route, and neither may change.
  }
}
