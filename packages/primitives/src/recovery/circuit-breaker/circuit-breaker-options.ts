import type { Clock } from '../../clock.ts';
import { checkFunction, checkMethods, checkNoUnknown, checkNumber, type OptionNames, refusal } from '../../options.ts';
import type { CircuitTransition } from './circuit-state.ts';
import type { CircuitStore } from './circuit-store.ts';

export interface CircuitBreakerOptions {
  /** Failures in a row that open the circuit; `Infinity` leaves that to the rates. @defaultValue 5 */
  readonly failureThreshold?: number | undefined;
  /** The share of failed calls in the window, from 0 to 1, that opens the circuit. @defaultValue none */
  readonly failureRate?: number | undefined;
  /** A call that takes at least this long is slow, in milliseconds; a stream, until it is handed over. @defaultValue Infinity */
  readonly slowCallMs?: number | undefined;
  /** The share of slow calls in the window, from 0 to 1, that opens the circuit. @defaultValue 0.5 */
  readonly slowCallRate?: number | undefined;
  /** What the rates look at: the newest calls by number, or those of the last milliseconds. @defaultValue { calls: 100 } */
  readonly window?: { readonly calls: number } | { readonly spanMs: number } | undefined;
  /** The rates open nothing before the window holds this many calls. @defaultValue 10, or the whole window if that is smaller */
  readonly minCalls?: number | undefined;
  /**
   * How long the circuit stays open, in milliseconds; a function gets the number of openings in a row, from 1, and where it fails
   * the default rules. A probe that is out for longer counts as lost. @defaultValue 60_000
   */
  readonly recoveryMs?: number | ((openings: number) => number) | undefined;
  /** Successful probes that close a half-open circuit. @defaultValue 2 */
  readonly successThreshold?: number | undefined;
  /** How many probes a half-open circuit admits at once. @defaultValue 1 */
  readonly halfOpenPermits?: number | undefined;
  readonly onStateChange?: ((transition: CircuitTransition) => void) | undefined;
  /** Told what `onStateChange` and `recoveryMs` throw, and what an async `onStateChange` rejects with; without it that is dropped, because calls must not suffer from it. */
  readonly onHookError?: ((error: unknown) => void) | undefined;
  /** Keeps the state between processes. @defaultValue none */
  readonly store?: CircuitStore | undefined;
  /** @defaultValue systemClock */
  readonly clock?: Clock | undefined;
}

/** The names of the options. */
export const CIRCUIT_OPTIONS: OptionNames<CircuitBreakerOptions> = {
  failureThreshold: true,
  failureRate: true,
  slowCallMs: true,
  slowCallRate: true,
  window: true,
  minCalls: true,
  recoveryMs: true,
  successThreshold: true,
  halfOpenPermits: true,
  onStateChange: true,
  onHookError: true,
  store: true,
  clock: true,
};

export const OWNER = 'CircuitBreaker';

export const DEFAULT_RECOVERY_MS = 60_000;

/** One byte is kept for each of these calls. */
const LARGEST_WINDOW = 1_000_000;

type Window = NonNullable<CircuitBreakerOptions['window']>;

const DEFAULT_WINDOW: Window = { calls: 100 };

/** The options, checked and with their defaults. */
export interface CircuitSettings {
  readonly failureThreshold: number;
  readonly failureRate: number | undefined;
  readonly slowCallMs: number;
  readonly slowCallRate: number;
  readonly window: Window;
  readonly minCalls: number;
  readonly recoveryMs: number | ((openings: number) => number);
  readonly successThreshold: number;
  readonly halfOpenPermits: number;
  readonly onStateChange: ((transition: CircuitTransition) => void) | undefined;
  readonly onHookError: ((error: unknown) => void) | undefined;
}

/** @throws TypeError or RangeError naming the option if one is wrong */
export function settingsOf(options: CircuitBreakerOptions): CircuitSettings {
  checkNoUnknown(OWNER, options, CIRCUIT_OPTIONS);
  const {
    failureThreshold = 5,
    failureRate,
    slowCallMs = Infinity,
    slowCallRate = 0.5,
    window = DEFAULT_WINDOW,
    recoveryMs = DEFAULT_RECOVERY_MS,
    successThreshold = 2,
    halfOpenPermits = 1,
    onStateChange,
    onHookError,
    store,
  } = options;
  checkWindow(window);
  const mostCalls = 'calls' in window ? window.calls : Number.MAX_SAFE_INTEGER;
  const { minCalls = Math.min(10, mostCalls) } = options;
  const count = { atLeast: 1, isInteger: true } as const;
  const rate = { above: 0, atMost: 1 } as const;
  checkNumber(OWNER, 'failureThreshold', failureThreshold, { ...count, allowInfinity: true });
  if (failureRate !== undefined) checkNumber(OWNER, 'failureRate', failureRate, rate);
  checkNumber(OWNER, 'slowCallMs', slowCallMs, { above: 0, allowInfinity: true });
  checkNumber(OWNER, 'slowCallRate', slowCallRate, rate);
  checkNumber(OWNER, 'minCalls', minCalls, { ...count, atMost: mostCalls });
  checkNumber(OWNER, 'successThreshold', successThreshold, count);
  checkNumber(OWNER, 'halfOpenPermits', halfOpenPermits, count);
  if (typeof recoveryMs !== 'function') checkNumber(OWNER, 'recoveryMs', recoveryMs, { above: 0 });
  if (onStateChange !== undefined) checkFunction(OWNER, 'onStateChange', onStateChange);
  if (onHookError !== undefined) checkFunction(OWNER, 'onHookError', onHookError);
  if (store !== undefined) checkMethods(OWNER, 'store', store, ['load', 'save']);
  return {
    failureThreshold,
    failureRate,
    slowCallMs,
    slowCallRate,
    window,
    minCalls,
    recoveryMs,
    successThreshold,
    halfOpenPermits,
    onStateChange,
    onHookError,
  };
}

function checkWindow(window: unknown): asserts window is Window {
  if (typeof window !== 'object' || window === null) {
    throw new TypeError(refusal(OWNER, 'window', window, '{ calls } or { spanMs }'));
  }
  if ('calls' in window) {
    checkNumber(OWNER, 'window.calls', window.calls, { atLeast: 1, atMost: LARGEST_WINDOW, isInteger: true });
    checkNoUnknown(OWNER, window, { calls: true }, 'window');
  } else {
    checkNumber(OWNER, 'window.spanMs', (window as { spanMs?: unknown }).spanMs, { above: 0 });
    checkNoUnknown(OWNER, window, { spanMs: true }, 'window');
  }
}
