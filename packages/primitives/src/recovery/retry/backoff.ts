import { checkNumber } from '../../options.ts';

/** What a backoff knows about the wait it is to choose. */
export interface BackoffState {
  /** How many attempts have failed so far, from 1. */
  readonly failures: number;
  /** The wait before this one in milliseconds, 0 before the first. */
  readonly previousMs: number;
  /** A number from 0 up to but not including 1. */
  readonly random: () => number;
}

/** Chooses how long to wait before the next attempt, in milliseconds; the retry caps it at `maxDelayMs`. */
export type Backoff = (state: BackoffState) => number;

/** How randomness spreads a wait: `full` anywhere below it, `none` not at all. */
export type Jitter = 'full' | 'none';

export interface ExponentialBackoffOptions {
  /** The first wait before jitter. @defaultValue 500 */
  readonly initialMs?: number | undefined;
  /** By what each wait grows. @defaultValue 2 */
  readonly factor?: number | undefined;
  /** @defaultValue 'full' */
  readonly jitter?: Jitter | undefined;
}

/**
 * Waits that grow by a factor, each drawn anywhere between 0 and its size unless `jitter` is `none`: many callers that failed
 * together do not come back together.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ ("full jitter")
 */
export function exponentialBackoff({
  initialMs = 500,
  factor = 2,
  jitter = 'full',
}: ExponentialBackoffOptions = {}): Backoff {
  checkNumber('exponentialBackoff', 'initialMs', initialMs, { above: 0 });
  checkNumber('exponentialBackoff', 'factor', factor, { atLeast: 1 });
  return ({ failures, random }) => initialMs * factor ** (failures - 1) * (jitter === 'full' ? random() : 1);
}

/** The same wait every time. */
export function constantBackoff(delayMs: number): Backoff {
  checkNumber('constantBackoff', 'delayMs', delayMs, { atLeast: 0 });
  return () => delayMs;
}

/**
 * Each wait is drawn between `initialMs` and three times the one before, so that waits grow without marching in step.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ ("decorrelated jitter")
 */
export function decorrelatedBackoff({ initialMs = 500 }: { readonly initialMs?: number | undefined } = {}): Backoff {
  checkNumber('decorrelatedBackoff', 'initialMs', initialMs, { above: 0 });
  return ({ previousMs, random }) => {
    const longestMs = Math.max(initialMs, previousMs) * 3;
    return initialMs + random() * (longestMs - initialMs);
  };
}
