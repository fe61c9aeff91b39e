import { Cause, Effect, Schedule } from 'effect';
import type { RetryAdapter, TimeoutAdapter } from 'tta-conformance';

/** The work as an effect that fails with the very error it rejects with. */
function effectOf(work: (signal: AbortSignal) => unknown): Effect.Effect<unknown, unknown> {
  return Effect.tryPromise({ try: async (signal) => work(signal), catch: (error) => error });
}

export const effectTimeout: TimeoutAdapter = {
  name: 'Effect 4',
  can: ['signal'],
  create: ({ timeoutMs }) => ({
    run: (work, { signal } = {}) => Effect.runPromise(Effect.timeout(effectOf(work), Number(timeoutMs)), { signal }),
  }),
  isTimeout: Cause.isTimeoutError,
};

export const effectRetry: RetryAdapter = {
  name: 'Effect 4',
  can: [],
  create: ({ maxAttempts, delayMs }) => ({
    run(work, { signal } = {}) {
      let attempt = 0;
      const counted = effectOf((inner) => {
        attempt += 1;
        return work(inner, attempt);
      });
      const schedule = Schedule.spaced(delayMs);
      return Effect.runPromise(Effect.retry(counted, { schedule, times: maxAttempts - 1 }), { signal });
    },
  }),
};
