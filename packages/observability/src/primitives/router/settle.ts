import { ignoreRejection } from 'tta-dev-primitives/internal';
import type { RoutingDecision, Settlement } from './strategy.ts';

export const NOTHING_SPENT: Settlement = { costUsd: 0 };

/** Reports the result of a decision to its strategy. Errors that it throws are ignored, because the answer has been returned. */
export function settleQuietly(settle: RoutingDecision['settle'], settlement: Settlement): void {
  try {
    ignoreRejection(settle?.(settlement));
  } catch {
    // The caller has its answer, or the error of its route, and neither may change.
  }
}
