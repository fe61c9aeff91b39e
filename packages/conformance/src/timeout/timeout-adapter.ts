import assert from 'node:assert/strict';
import type { Clock } from 'tta-dev-primitives';
import { type Bench, describe, type Settled } from '../bench.ts';
import type { BreakerAdapter } from '../breaker/breaker-adapter.ts';
import type { ConformanceAdapter, ConformanceCase } from '../conformance-case.ts';

/**
 * What a timeout may offer beyond ending a call:
 * - `signal`: the work gets a signal that is aborted when its time is up
 * - `grace`: it waits for a late answer as `graceMs` says, and rejects when that has passed
 * - `phases`: its error says which limit expired, and has the earlier one as cause
 * - `outcomes`: `counts()` tells what became of every call
 * - `notify`: at the soft deadline it can leave the signal alone
 * - `dynamic`: the limit may be a function that decides per call, or `false` for none
 * - `fallback`, `deadline`, `hooks`: the setting or call option of that name
 * - `breaker`, `parallel`, `programs`: the member of that name
 */
export type TimeoutCapability =
  | 'signal'
  | 'grace'
  | 'phases'
  | 'outcomes'
  | 'notify'
  | 'dynamic'
  | 'fallback'
  | 'deadline'
  | 'hooks'
  | 'breaker'
  | 'parallel'
  | 'programs';

/** The work under a timeout. It may return anything, also a promise, and may throw. */
export type TimedWork = (signal?: AbortSignal) => unknown;

export interface TimeoutCaseSettings {
  readonly timeoutMs: number | false | (() => number);
  readonly graceMs: number;
  readonly softAction: 'abort' | 'notify';
  readonly operation: string;
  /** How long a streaming answer may pause. */
  readonly idleMs?: number | undefined;
  readonly fallback?: TimedWork | undefined;
  /** Is to be called whenever the implementation reports anything about a call. */
  readonly hook?: (() => void) | undefined;
  /** Is to be told what a hook throws. */
  readonly onHookError?: ((error: unknown) => void) | undefined;
  /** Where time comes from; for implementations that can be told. */
  readonly clock: Clock;
}

export interface TimedCall {
  /** The caller's signal. */
  readonly signal?: AbortSignal | undefined;
  /** How much time the caller has left, in milliseconds. */
  readonly remainingMs?: number | undefined;
}

/** What became of the calls of one timeout; the first five sum to the calls. */
export interface TimeoutCounts {
  readonly success: number;
  readonly lateSuccess: number;
  readonly error: number;
  readonly timeout: number;
  readonly cancelled: number;
  readonly discarded: number;
  readonly abandoned: number;
}

/** A timeout made from settings. */
export interface TimeoutSubject {
  run(work: TimedWork, call?: TimedCall): Promise<unknown>;
  counts?(): TimeoutCounts;
}

/** Stands for an implementation of timeouts. */
export interface TimeoutAdapter extends ConformanceAdapter<TimeoutCapability> {
  create(settings: TimeoutCaseSettings): TimeoutSubject;
  /** Whether an error is the one with which this implementation says that time is up. */
  isTimeout(error: unknown): boolean;
  /** A circuit breaker to put around the timeout. */
  readonly breaker?: BreakerAdapter;
  /** Runs branches side by side; the first failure is to abort the others. */
  parallel?(
    branches: readonly TimedWork[],
    options: { readonly graceMs: number; readonly clock: Clock },
  ): Promise<unknown>;
  /** Programs for a process of their own, as text of an ES module, with the flags that Node.js needs to run them. */
  readonly programs?: {
    /** Makes a call with a limit of 60 s that succeeds at once. */
    readonly quick: string;
    /** Makes a call with a limit of 500 ms that never ends, handles the rejection, and then prints `rejected`. */
    readonly hanging: string;
    readonly flags: readonly string[];
  };
}

export type TimeoutCase = ConformanceCase<TimeoutAdapter>;

/** Makes a timeout as the cases mean it: 100 ms, no grace, unless they say otherwise. */
export function timeoutOf(
  adapter: TimeoutAdapter,
  bench: Bench,
  settings: Partial<TimeoutCaseSettings>,
): TimeoutSubject {
  return adapter.create({
    timeoutMs: 100,
    graceMs: 0,
    softAction: 'abort',
    operation: 'case',
    clock: bench.clock,
    ...settings,
  });
}

/** Expects the counts that are named, and none of the other outcomes; without `counts()` there is nothing to expect. */
export function expectCounts(subject: TimeoutSubject, expected: Partial<TimeoutCounts>): void {
  const counts = subject.counts?.();
  if (counts === undefined) return;
  const none = { success: 0, lateSuccess: 0, error: 0, timeout: 0, cancelled: 0, discarded: 0, abandoned: 0 };
  assert.deepEqual(counts, { ...none, ...expected });
}

/** Expects the implementation's own timeout error. */
export function expectTimeout(adapter: TimeoutAdapter, { status, value, error }: Settled): void {
  assert.notEqual(status, 'resolved', `the call resolved with ${describe(value)}, expected a timeout`);
  assert.notEqual(status, 'threw', `the call threw ${describe(error)} instead of returning a promise`);
  assert.ok(adapter.isTimeout(error), `the error is ${describe(error)}, expected a timeout`);
}

/** Expects fields of the error, from an implementation that says which limit expired. */
export function expectFields(
  adapter: TimeoutAdapter,
  error: unknown,
  expected: Readonly<Record<string, unknown>>,
): void {
  if (!adapter.can.includes('phases')) return;
  for (const [field, value] of Object.entries(expected)) {
    const actual = (error as Record<string, unknown>)[field];
    assert.ok(Object.is(actual, value), `${field} of the error is ${describe(actual)}, expected ${describe(value)}`);
  }
}
