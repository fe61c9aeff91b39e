import CircuitBreaker from 'opossum';
import type { BreakerAdapter, GuardedWork, TimedWork, TimeoutAdapter } from 'tta-conformance';

/** No traffic of a case reaches it. */
const NEVER = 1_000_000_000;

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}

/** It knows no signal of a caller, and has one controller for all its calls. */
export const opossumTimeout: TimeoutAdapter = {
  name: 'opossum 10',
  can: ['signal'],
  create({ timeoutMs }) {
    const abortController = new AbortController();
    const circuit = new CircuitBreaker((work: TimedWork) => work(abortController.signal), {
      timeout: Number(timeoutMs),
      volumeThreshold: NEVER,
      abortController,
      enableSnapshots: false,
    });
    return { run: (work) => circuit.fire(work) };
  },
  isTimeout: (error) => hasCode(error, 'ETIMEDOUT'),
};

/** It counts a rate and no failures in a row: any failure is too much once there are enough calls. */
export const opossumBreaker: BreakerAdapter = {
  name: 'opossum 10',
  can: ['state_events', 'store'],
  create({ failureThreshold, recoveryMs, store, onState }) {
    const state = store?.load();
    const circuit = new CircuitBreaker((work: GuardedWork) => work(), {
      timeout: false,
      resetTimeout: recoveryMs,
      volumeThreshold: failureThreshold,
      errorThresholdPercentage: 1,
      enableSnapshots: false,
      ...(state !== undefined && { state }),
    });
    const now = (): 'open' | 'half_open' | 'closed' =>
      circuit.opened ? 'open' : circuit.halfOpen ? 'half_open' : 'closed';
    for (const event of ['open', 'halfOpen', 'close'] as const) {
      circuit.on(event, () => {
        onState?.(now());
        store?.save(circuit.toJSON().state);
      });
    }
    return { run: (work) => circuit.fire(work), state: now };
  },
  isOpen: (error) => hasCode(error, 'EOPENBREAKER'),
};
