import { numberOption, type OptionRules, readOptions, wordOption } from '../../option-rules.ts';
import { checkNumber } from '../../options.ts';

/** What a backoff knows when it chooses a wait. */
export interface BackoffState {
  /** How many attempts have failed so far, from 1. */
  readonly failures: number;
  /** The wait before this one in milliseconds, 0 before the first. */
  readonly previousMs: number;
  /** The longest wait, in milliseconds. Jitter stays below it, which keeps capped waits out of step. */
  readonly maxDelayMs: number;
  /** A number from 0 up to but not including 1. */
  readonly random: () => number;
}

/** Chooses how long to wait before the next attempt, in milliseconds; the retry caps it at `maxDelayMs`. */
export type Backoff = (state: BackoffState) => number;

/** How randomness spreads a wait: `full` anywhere below it, `equal` over its upper half, `none` not at all. */
export type Jitter = 'full' | 'equal' | 'none';

/** Each with the share of a wait that is drawn; the rest is certain. */
const DRAWN: Readonly<Record<Jitter, number>> = { full: 1, equal: 0.5, none: 0 };

export interface ExponentialBackoffOptions {
  /** The first wait before jitter. @defaultValue 500 */
  readonly initialMs?: number | undefined;
  /** The factor by which each wait grows. @defaultValue 2 */
  readonly factor?: number | undefined;
  /** @defaultValue 'full' */
  readonly jitter?: Jitter | undefined;
}

export interface DecorrelatedBackoffOptions {
  /** The shortest wait. @defaultValue 500 */
  readonly initialMs?: number | undefined;
}

const DECORRELATED = {
  initialMs: numberOption({ above: 0 }, 500),
} satisfies OptionRules<DecorrelatedBackoffOptions>;

const EXPONENTIAL = {
  ...DECORRELATED,
  factor: numberOption({ atLeast: 1 }, 2),
  jitter: wordOption(Object.keys(DRAWN) as Jitter[], 'full'),
} satisfies OptionRules<ExponentialBackoffOptions>;

/** Growth ends here: `Infinity` times a draw of 0 would be no number. */
const LONGEST_MS = Number.MAX_VALUE;

/**
 * Waits that grow by a factor. By default each wait is random between 0 and its full length (`jitter`), which keeps
 * callers that failed together from retrying together.
 *
 * @throws TypeError or RangeError naming the option if one is wrong
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ ("full jitter", "equal jitter")
 */
export function exponentialBackoff(options: ExponentialBackoffOptions = {}): Backoff {
  const { initialMs, factor, jitter } = readOptions('exponentialBackoff', options, EXPONENTIAL);
  const drawn = DRAWN[jitter];
  return ({ failures, maxDelayMs, random }) => {
    const longestMs = Math.min(initialMs * factor ** (failures - 1), maxDelayMs, LONGEST_MS);
    return longestMs * (1 - drawn + drawn * random());
  };
}

/** The same wait every time. @throws TypeError or RangeError if `delayMs` is not a number of at least 0 */
export function constantBackoff(delayMs: number): Backoff {
  checkNumber('constantBackoff', 'delayMs', delayMs, { atLeast: 0 });
  return () => delayMs;
}

/**
 * Each wait is random between `initialMs` and three times the previous one. Waits grow but do not align.
 *
 * @throws TypeError or RangeError naming the option if one is wrong
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ ("decorrelated jitter")
 */
export function decorrelatedBackoff(options: DecorrelatedBackoffOptions = {}): Backoff {
  const { initialMs } = readOptions('decorrelatedBackoff', options, DECORRELATED);
  return ({ previousMs, maxDelayMs, random }) => {
    const longestMs = Math.min(Math.max(initialMs, previousMs) * 3, maxDelayMs, LONGEST_MS);
    return initialMs + random() * Math.max(0, longestMs - initialMs);
  };
}
