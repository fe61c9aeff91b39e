import {
  CircuitState,
  ConsecutiveBreaker,
  ConstantBackoff,
  circuitBreaker,
  handleAll,
  isBrokenCircuitError,
  isTaskCancelledError,
  retry,
  TimeoutStrategy,
  timeout,
} from 'cockatiel';
import type { BreakerAdapter, BreakerState, RetryAdapter, TimeoutAdapter } from 'tta-conformance';

const STATES: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Isolated]: 'open',
};

export const cockatielBreaker: BreakerAdapter = {
  name: 'cockatiel 4',
  can: ['state_events', 'store'],
  create({ failureThreshold, recoveryMs, halfOpenPermits, store, onState }) {
    const initialState = store?.load();
    const policy = circuitBreaker(handleAll, {
      halfOpenAfter: recoveryMs,
      breaker: new ConsecutiveBreaker(failureThreshold),
      halfOpenSampling: { calls: halfOpenPermits, threshold: 0 },
      ...(initialState !== undefined && { initialState }),
    });
    policy.onStateChange((state) => {
      onState?.(STATES[state]);
      store?.save(policy.toJSON());
    });
    return {
      run: (work, { signal } = {}) => policy.execute((context) => work(context.signal), signal),
      state: () => STATES[policy.state],
    };
  },
  isOpen: isBrokenCircuitError,
};

function timeoutWith(strategy: TimeoutStrategy, name: string): TimeoutAdapter {
  return {
    name: `cockatiel 4 ${name}`,
    can: ['signal', 'breaker'],
    create({ timeoutMs }) {
      const policy = timeout(Number(timeoutMs), strategy);
      return { run: (work, { signal } = {}) => policy.execute((context) => work(context.signal), signal) };
    },
    isTimeout: isTaskCancelledError,
    breaker: cockatielBreaker,
  };
}

export const cockatielAggressive: TimeoutAdapter = timeoutWith(TimeoutStrategy.Aggressive, 'aggressive');
export const cockatielCooperative: TimeoutAdapter = timeoutWith(TimeoutStrategy.Cooperative, 'cooperative');

export const cockatielRetry: RetryAdapter = {
  name: 'cockatiel 4',
  can: [],
  create({ maxAttempts, delayMs }) {
    const policy = retry(handleAll, { maxAttempts: maxAttempts - 1, backoff: new ConstantBackoff(delayMs) });
    return {
      run: (work, { signal } = {}) => policy.execute((context) => work(context.signal, context.attempt + 1), signal),
    };
  },
};
