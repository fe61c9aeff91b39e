import type { Clock } from 'tta-dev-primitives';
import type { Bench } from '../bench.ts';
import type { ConformanceAdapter, ConformanceCase } from '../conformance-case.ts';

/**
 * What a retry may offer beyond trying again:
 * - `deadline`: the caller can say how much time is left
 * - `max_elapsed`, `aggregate`: the settings of that name
 * - `jitter`: `delays()` draws waits
 * - `reports`: `attemptErrors()` tells what became of the attempts
 */
export type RetryCapability = 'deadline' | 'max_elapsed' | 'aggregate' | 'jitter' | 'reports';

/** One attempt, given its signal and its number from 1. */
export type AttemptedWork = (signal?: AbortSignal, attempt?: number) => unknown;

export interface RetryCaseSettings {
  readonly maxAttempts: number;
  /** The wait before each further attempt, without jitter. */
  readonly delayMs: number;
  readonly maxElapsedMs?: number | undefined;
  /** Whether what the server says about trying again is followed. */
  readonly respectRetryAfter: boolean;
  readonly aggregate: boolean;
  /** Where time comes from; for implementations that can be told. */
  readonly clock: Clock;
}

export interface RetriedCall {
  /** The caller's signal. */
  readonly signal?: AbortSignal | undefined;
  /** How much time the caller has left, in milliseconds. */
  readonly remainingMs?: number | undefined;
}

export interface RetrySubject {
  run(work: AttemptedWork, call?: RetriedCall): Promise<unknown>;
  /** The errors that were reported, in the order of the attempts. */
  attemptErrors?(): readonly unknown[];
}

/** Stands for an implementation of retries. */
export interface RetryAdapter extends ConformanceAdapter<RetryCapability> {
  /** Makes a retry that decides itself which errors are worth another attempt. */
  create(settings: RetryCaseSettings): RetrySubject;
  /** Draws this number of waits with jitter, none longer than the maximum. */
  delays?(count: number, maxDelayMs: number): readonly number[];
}

export type RetryCase = ConformanceCase<RetryAdapter>;

/** Makes a retry as the cases mean it: 3 attempts, 20 ms between them, unless they say otherwise. */
export function retryOf(adapter: RetryAdapter, bench: Bench, settings: Partial<RetryCaseSettings>): RetrySubject {
  return adapter.create({
    maxAttempts: 3,
    delayMs: 20,
    respectRetryAfter: true,
    aggregate: false,
    clock: bench.clock,
    ...settings,
  });
}
