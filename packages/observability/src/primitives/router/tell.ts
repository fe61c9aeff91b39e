import { ignoreRejection } from 'tta-dev-primitives/internal';

/** Tells somebody of a failure that the work goes on without. */
export function tell(listener: ((error: unknown) => void) | undefined, error: unknown): void {
  try {
    ignoreRejection(listener?.(error));
  } catch {
    // The report of a failure failed; there is nobody left to tell, and the work goes on all the same.
  }
}
