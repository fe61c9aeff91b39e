import type {
  AttemptedWork,
  BreakerAdapter,
  BreakerState,
  GuardedWork,
  RetriedCall,
  RetryAdapter,
} from 'tta-conformance';
import { WorkflowContext } from '../../context.ts';
import { recordingObserver } from '../../testing/index.ts';
import { CircuitBreakerPrimitive } from '../circuit-breaker/circuit-breaker-primitive.ts';
import { isCircuitOpenError } from '../circuit-breaker/circuit-open-error.ts';
import type { CircuitStore } from '../circuit-breaker/circuit-store.ts';
import { constantBackoff, decorrelatedBackoff, exponentialBackoff } from '../retry/backoff.ts';
import { RetryPrimitive } from '../retry/retry-primitive.ts';

/** `CircuitBreakerPrimitive` as the conformance suite knows breakers. */
export const ownBreaker: BreakerAdapter = {
  name: 'CircuitBreakerPrimitive',
  can: ['retry_after', 'success_threshold', 'slow_calls', 'store', 'state_events'],
  hasClock: true,
  create({ onState, store, ...settings }) {
    const breaker = new CircuitBreakerPrimitive(
      async (work: GuardedWork, { signal }: WorkflowContext): Promise<unknown> => work(signal),
      {
        ...settings,
        store: store as CircuitStore | undefined,
        onStateChange: ({ to }) => onState?.(to as BreakerState),
      },
    );
    return {
      run: (work, { signal } = {}) =>
        breaker.execute(work, new WorkflowContext({ clock: settings.clock, ...(signal && { signal }) })),
      state: () => breaker.state as BreakerState,
      staleResults: () => breaker.getStats().stale,
    };
  },
  isOpen: isCircuitOpenError,
};

/** `RetryPrimitive` as the conformance suite knows retries. */
export const ownRetry: RetryAdapter = {
  name: 'RetryPrimitive',
  can: ['deadline', 'max_elapsed', 'aggregate', 'jitter', 'reports'],
  hasClock: true,
  create({ delayMs, clock, ...settings }) {
    const retry = new RetryPrimitive(
      async (work: AttemptedWork, { signal, attempt }: WorkflowContext): Promise<unknown> => work(signal, attempt),
      { ...settings, backoff: constantBackoff(delayMs) },
    );
    let errors: readonly unknown[] = [];
    return {
      async run(work, { signal, remainingMs }: RetriedCall = {}) {
        using recording = recordingObserver();
        const deadline = remainingMs === undefined ? Infinity : clock.now() + remainingMs;
        try {
          return await retry.execute(work, new WorkflowContext({ clock, deadline, ...(signal && { signal }) }));
        } finally {
          errors = recording.factsOf('retry.error').map(({ error }) => error);
        }
      },
      attemptErrors: () => errors,
    };
  },
  delays(count, maxDelayMs) {
    const delays: number[] = [];
    let previousMs = 0;
    for (let draw = 0; draw < count; draw += 1) {
      const backoff = draw % 2 === 0 ? exponentialBackoff() : decorrelatedBackoff();
      previousMs = backoff({ failures: (draw % 2_000) + 1, previousMs, maxDelayMs, random: Math.random });
      delays.push(previousMs);
    }
    return delays;
  },
};
