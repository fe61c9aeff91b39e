import type { Clock } from 'tta-dev-primitives';

/**
 * Waits for work at most `deadlineMs` and then rejects with what `late` makes; what the work says afterwards is dropped.
 *
 * An answer that has arrived while the event loop was blocked still counts: a blocked loop is not a slow server. The timer keeps
 * the process alive, so that a process that waits for nothing but this work does not end before the answer.
 */
export function withinDeadline<T>(
  clock: Clock,
  deadlineMs: number,
  work: () => Promise<T>,
  late: () => Error,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = clock.setTimer(() => setImmediate(() => reject(late())), deadlineMs);
  attempt(work).then(
    (value) => {
      timer.cancel();
      resolve(value);
    },
    (error: unknown) => {
      timer.cancel();
      reject(error);
    },
  );
  return promise;
}

/** Calls a function that promises not to throw, but may. */
function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return Promise.resolve(work());
  } catch (error) {
    return Promise.reject(error);
  }
}
