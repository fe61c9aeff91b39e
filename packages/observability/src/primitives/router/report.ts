import { ignoreRejection } from 'tta-dev-primitives/internal';

/** Reports a failure that the work goes on without. */
export function report(listener: ((error: unknown) => void) | undefined, error: unknown): void {
  try {
    ignoreRejection(listener?.(error));
  } catch {
    // A listener that throws does not fail the work.
  }
}
