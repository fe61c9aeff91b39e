import type { Clock } from '../../clock.ts';
import {
  anyOption,
  functionOption,
  methodsOption,
  numberOption,
  type OptionRulesOf,
  option,
  readOptions,
  type WithFallbacks,
} from '../../option-rules.ts';
import { checkNoUnknown, checkNumber, refusal } from '../../options.ts';
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

export const OWNER = 'CircuitBreaker';

export const DEFAULT_RECOVERY_MS = 60_000;

/** One byte is kept for each of these calls. */
const LARGEST_WINDOW = 1_000_000;

type Window = NonNullable<CircuitBreakerOptions['window']>;

const DEFAULT_WINDOW: Window = { calls: 100 };

/** The options that have a default. */
type Defaulted =
  | 'failureThreshold'
  | 'slowCallMs'
  | 'slowCallRate'
  | 'window'
  | 'recoveryMs'
  | 'successThreshold'
  | 'halfOpenPermits';

const COUNT = { atLeast: 1, isInteger: true } as const;
const RATE = { above: 0, atMost: 1 } as const;

/** How the options are checked. */
export const CIRCUIT_RULES: OptionRulesOf<CircuitBreakerOptions, Defaulted> = {
  failureThreshold: numberOption({ ...COUNT, allowInfinity: true }, 5),
  failureRate: numberOption(RATE),
  slowCallMs: numberOption({ above: 0, allowInfinity: true }, Infinity),
  slowCallRate: numberOption(RATE, 0.5),
  window: option<Window>((_owner, _option, value) => checkWindow(value), DEFAULT_WINDOW),
  minCalls: anyOption, // at most the window
  recoveryMs: option<number | ((openings: number) => number)>((owner, name, value) => {
    if (typeof value !== 'function') checkNumber(owner, name, value, { above: 0 });
  }, DEFAULT_RECOVERY_MS),
  successThreshold: numberOption(COUNT, 2),
  halfOpenPermits: numberOption(COUNT, 1),
  onStateChange: functionOption(),
  onHookError: functionOption(),
  store: methodsOption('load', 'save'),
  clock: anyOption,
};
/** The options, checked and with their defaults. */
export interface CircuitSettings extends Omit<WithFallbacks<CircuitBreakerOptions, Defaulted>, 'store' | 'clock'> {
  readonly minCalls: number;
}

/** @throws TypeError or RangeError naming the option if one is wrong */
export function settingsOf(options: CircuitBreakerOptions): CircuitSettings {
  const { store: _store, clock: _clock, minCalls: given, ...settings } = readOptions(OWNER, options, CIRCUIT_RULES);
  const { window } = settings;
  const mostCalls = 'calls' in window ? window.calls : Number.MAX_SAFE_INTEGER;
  const minCalls = given ?? Math.min(10, mostCalls);
  checkNumber(OWNER, 'minCalls', minCalls, { ...COUNT, atMost: mostCalls });
  return { ...settings, minCalls };
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
