import assert from 'node:assert/strict';
import type { Clock } from 'tta-dev-primitives';
import { type Bench, describe, type Settled } from '../bench.ts';
import type { ConformanceAdapter, ConformanceCase } from '../conformance-case.ts';

/**
 * What a breaker may offer beyond opening and closing:
 * - `retry_after`: its error says when to come back
 * - `success_threshold`, `slow_calls`, `store`: the settings of that name
 * - `state_events`: it reports changes of state
 */
export type BreakerCapability = 'retry_after' | 'success_threshold' | 'slow_calls' | 'store' | 'state_events';

export type BreakerState = 'closed' | 'open' | 'half_open';

/** Keeps a snapshot between breakers; what is in one is the implementation's own affair. */
export interface BreakerCaseStore {
  load(): unknown;
  save(snapshot: unknown): void;
}

export interface BreakerCaseSettings {
  /** Failures in a row that open it; `Infinity` when only slow calls do. */
  readonly failureThreshold: number;
  readonly recoveryMs: number;
  readonly successThreshold: number;
  readonly halfOpenPermits: number;
  readonly slowCallMs?: number | undefined;
  readonly slowCallRate?: number | undefined;
  readonly minCalls?: number | undefined;
  readonly store?: BreakerCaseStore | undefined;
  /** Is to be called with every new state. */
  readonly onState?: ((state: BreakerState) => void) | undefined;
  /** Where time comes from; for implementations that can be told. */
  readonly clock: Clock;
}

export type GuardedWork = (signal?: AbortSignal) => unknown;

export interface BreakerSubject {
  run(work: GuardedWork, call?: { readonly signal?: AbortSignal | undefined }): Promise<unknown>;
  state(): BreakerState;
  /** How many results came from an earlier state and were ignored. */
  staleResults?(): number;
}

/** Stands for an implementation of circuit breakers. */
export interface BreakerAdapter extends ConformanceAdapter<BreakerCapability> {
  create(settings: BreakerCaseSettings): BreakerSubject;
  /** Whether an error says that the circuit is open. */
  isOpen(error: unknown): boolean;
}

export type BreakerCase = ConformanceCase<BreakerAdapter>;

/** Makes a breaker as the cases mean it: 2 failures, 100 ms, 1 success, 1 permit, unless they say otherwise. */
export function breakerOf(
  adapter: BreakerAdapter,
  bench: Bench,
  settings: Partial<BreakerCaseSettings>,
): BreakerSubject {
  return adapter.create({
    failureThreshold: 2,
    recoveryMs: 100,
    successThreshold: 1,
    halfOpenPermits: 1,
    clock: bench.clock,
    ...settings,
  });
}

/** Makes this number of calls fail, one after the other. */
export async function failTimes(breaker: BreakerSubject, bench: Bench, times: number): Promise<void> {
  for (let call = 0; call < times; call += 1) {
    await bench.settle(() => breaker.run(() => Promise.reject(new Error('the dependency is down'))));
  }
}

export function expectOpen(adapter: BreakerAdapter, { status, value, error }: Settled): void {
  assert.notEqual(status, 'resolved', `the call resolved with ${describe(value)}, expected an open circuit`);
  assert.ok(adapter.isOpen(error), `the error is ${describe(error)}, expected an open circuit`);
}
