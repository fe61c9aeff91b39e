import { type ManualClock, manualClock } from '../../../testing/index.ts';
import { CircuitBreaker } from '../circuit-breaker.ts';
import type { CircuitBreakerOptions } from '../circuit-breaker-options.ts';
import { CircuitOpenError } from '../circuit-open-error.ts';

export const DOWN = new Error('down');

interface Tested {
  readonly clock: ManualClock;
  readonly breaker: CircuitBreaker;
}

/** A circuit that one failure opens for a second, on a clock to move by hand. */
export function tested(options: CircuitBreakerOptions = {}): Tested {
  const clock = manualClock();
  return { clock, breaker: new CircuitBreaker({ failureThreshold: 1, recoveryMs: 1_000, clock, ...options }) };
}

export function fail(breaker: CircuitBreaker): void {
  breaker.settle(breaker.acquire('answer'), { kind: 'failure', error: DOWN });
}

export function succeed(breaker: CircuitBreaker): void {
  breaker.settle(breaker.acquire('answer'), { kind: 'success' });
}

/** The error with which a call is refused. */
export function refusal(breaker: CircuitBreaker): CircuitOpenError {
  try {
    breaker.acquire('answer');
  } catch (error) {
    if (error instanceof CircuitOpenError) return error;
  }
  throw new Error('it was not refused');
}
