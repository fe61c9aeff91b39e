import { type Clock, systemClock } from '../../clock.ts';
import { checkFunction, checkNumber } from '../../options.ts';
import { type CallWindow, CountWindow, TimeWindow } from './call-window.ts';
import { CircuitOpenError } from './circuit-open-error.ts';

export type CircuitState = 'closed' | 'open' | 'half_open' | 'isolated';

/** A change of state, and how long the state before it had lasted. */
export interface CircuitTransition {
  readonly from: CircuitState;
  readonly to: CircuitState;
  /** Milliseconds spent in `from`. */
  readonly lastedMs: number;
}

/** What outlives the process: enough to stay open after a restart. Instants are milliseconds since the Unix epoch. */
export interface CircuitSnapshot {
  readonly state: CircuitState;
  readonly openUntilEpochMs: number;
  readonly failureCount: number;
  readonly openings: number;
}

/**
 * Where a circuit's state is kept between processes. A promise is not waited for: calls go on meanwhile. What it throws is dropped
 * after `onError` was told, because a store that fails must not fail calls.
 */
export interface CircuitStore {
  load(): CircuitSnapshot | undefined | PromiseLike<CircuitSnapshot | undefined>;
  save(snapshot: CircuitSnapshot): void | PromiseLike<void>;
  onError?(error: unknown): void;
}

export interface CircuitBreakerOptions {
  /** Failures in a row that open the circuit; `Infinity` leaves that to the rates. @defaultValue 5 */
  readonly failureThreshold?: number | undefined;
  /** The share of failed calls in the window, from 0 to 1, that opens the circuit. @defaultValue none */
  readonly failureRate?: number | undefined;
  /** A call that takes at least this long is slow, in milliseconds. @defaultValue Infinity */
  readonly slowCallMs?: number | undefined;
  /** The share of slow calls in the window, from 0 to 1, that opens the circuit. @defaultValue 0.5 */
  readonly slowCallRate?: number | undefined;
  /** What the rates look at: the newest calls by number, or those of the last milliseconds. @defaultValue { calls: 100 } */
  readonly window?: { readonly calls: number } | { readonly spanMs: number } | undefined;
  /** The rates open nothing before the window holds this many calls. @defaultValue 10 */
  readonly minCalls?: number | undefined;
  /** How long the circuit stays open, in milliseconds; a function gets the number of openings in a row, from 1. @defaultValue 60_000 */
  readonly recoveryMs?: number | ((openings: number) => number) | undefined;
  /** Successful probes that close a half-open circuit. @defaultValue 2 */
  readonly successThreshold?: number | undefined;
  /** How many probes a half-open circuit admits at once. @defaultValue 1 */
  readonly halfOpenPermits?: number | undefined;
  readonly onStateChange?: ((transition: CircuitTransition) => void) | undefined;
  readonly store?: CircuitStore | undefined;
  /** @defaultValue systemClock */
  readonly clock?: Clock | undefined;
}

/** Leave for one call; give it back with `settle`. */
export interface Permit {
  /** The epoch in which it was given: results of an older one are stale. */
  readonly epoch: number;
  readonly startedAt: number;
  readonly isProbe: boolean;
}

/** What a call came to. Only the first two say anything about the dependency; the others give their permit back. */
export type CallResult =
  | { readonly kind: 'success' }
  | { readonly kind: 'failure'; readonly error: unknown }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'cancelled' };

const OWNER = 'CircuitBreaker';

/**
 * The state of one circuit, which several primitives may share: one per provider, say.
 *
 * Closed, it counts; open, it refuses until the recovery time has passed; half-open, it admits a few probes. It has no timer: the
 * first call after the recovery time finds it half-open. Every change of state begins an epoch, and results of calls from an older
 * epoch change nothing.
 *
 * @see https://martinfowler.com/bliki/CircuitBreaker.html
 */
export class CircuitBreaker {
  readonly #settings: Settings;
  readonly #window: CallWindow;
  readonly #store: CircuitStore | undefined;
  readonly #clock: Clock;
  #state: CircuitState = 'closed';
  #epoch = 0;
  #enteredAt: number;
  #openUntil = 0;
  #openings = 0;
  #consecutiveFailures = 0;
  #failureCount = 0;
  #lastError: unknown;
  #probes = 0;
  #probeSuccesses = 0;

  constructor(options: CircuitBreakerOptions = {}) {
    this.#settings = settingsOf(options);
    const { window = { calls: 100 }, store, clock = systemClock } = options;
    this.#window = 'calls' in window ? new CountWindow(window.calls) : new TimeWindow(window.spanMs);
    this.#clock = clock;
    this.#store = store;
    this.#enteredAt = clock.now();
    this.#restore();
  }

  /** The state a call would meet now. */
  get state(): CircuitState {
    return this.#state === 'open' && this.#clock.now() >= this.#openUntil ? 'half_open' : this.#state;
  }

  /**
   * Asks leave for one call.
   *
   * @throws CircuitOpenError when the circuit is open, isolated, or half-open with every permit taken
   */
  acquire(operation: string, notify: Notify = ignore): Permit {
    const startedAt = this.#clock.now();
    if (this.#state === 'open' && startedAt >= this.#openUntil) this.#enter('half_open', notify);
    if (this.#state === 'closed') return { epoch: this.#epoch, startedAt, isProbe: false };
    const hasPermit = this.#state === 'half_open' && this.#probes < this.#settings.halfOpenPermits;
    if (!hasPermit) {
      const retryAfterMs = this.#state === 'isolated' ? Infinity : Math.max(0, this.#openUntil - startedAt);
      throw new CircuitOpenError(operation, retryAfterMs, this.#failureCount, this.#lastError);
    }
    this.#probes += 1;
    return { epoch: this.#epoch, startedAt, isProbe: true };
  }

  /**
   * Tells what became of a call.
   *
   * @returns `stale` when the circuit has changed its state since the call began, so that its result counts for nothing
   */
  settle(permit: Permit, result: CallResult, notify: Notify = ignore): 'counted' | 'stale' {
    if (permit.epoch !== this.#epoch) return 'stale';
    if (permit.isProbe) this.#settleProbe(result, notify);
    else this.#settleCall(permit, result, notify);
    return 'counted';
  }

  /** Opens the circuit until `reset()`, whatever happens. */
  isolate(): void {
    this.#enter('isolated', ignore);
  }

  /** Closes the circuit and forgets what was counted. */
  reset(): void {
    this.#close(ignore);
  }

  #settleProbe(result: CallResult, notify: Notify): void {
    this.#probes -= 1;
    if (result.kind === 'failure') {
      this.#lastError = result.error;
      this.#failureCount += 1;
      this.#open(notify);
    } else if (result.kind === 'success') {
      this.#probeSuccesses += 1;
      if (this.#probeSuccesses >= this.#settings.successThreshold) this.#close(notify);
    }
  }

  #settleCall(permit: Permit, result: CallResult, notify: Notify): void {
    if (result.kind !== 'success' && result.kind !== 'failure') return;
    const now = this.#clock.now();
    const isFailure = result.kind === 'failure';
    this.#window.record({ isFailure, isSlow: now - permit.startedAt >= this.#settings.slowCallMs }, now);
    this.#consecutiveFailures = isFailure ? this.#consecutiveFailures + 1 : 0;
    if (isFailure) this.#lastError = result.error;
    if (!this.#isTripped(now)) return;
    this.#failureCount = Math.max(this.#consecutiveFailures, this.#window.counts(now).failures);
    this.#open(notify);
  }

  #isTripped(now: number): boolean {
    const { failureThreshold, failureRate, slowCallMs, slowCallRate, minCalls } = this.#settings;
    if (this.#consecutiveFailures >= failureThreshold) return true;
    if (failureRate === undefined && slowCallMs === Infinity) return false;
    const { calls, failures, slow } = this.#window.counts(now);
    if (calls < minCalls) return false;
    return failures / calls >= (failureRate ?? Infinity) || (slowCallMs < Infinity && slow / calls >= slowCallRate);
  }

  #open(notify: Notify): void {
    this.#openings += 1;
    this.#openUntil = this.#clock.now() + this.#settings.recoveryMs(this.#openings);
    this.#enter('open', notify);
  }

  #close(notify: Notify): void {
    this.#openings = 0;
    this.#failureCount = 0;
    this.#window.clear();
    this.#enter('closed', notify);
  }

  #enter(to: CircuitState, notify: Notify): void {
    const from = this.#state;
    const now = this.#clock.now();
    const transition: CircuitTransition = { from, to, lastedMs: now - this.#enteredAt };
    this.#state = to;
    this.#enteredAt = now;
    this.#epoch += 1;
    this.#consecutiveFailures = 0;
    this.#probes = 0;
    this.#probeSuccesses = 0;
    if (from === to) return;
    notify(transition);
    this.#guarded(() => this.#settings.onStateChange?.(transition));
    this.#guarded(() => this.#store?.save(this.#snapshot()));
  }

  #snapshot(): CircuitSnapshot {
    return {
      state: this.#state,
      openUntilEpochMs: this.#clock.epochMs() + Math.max(0, this.#openUntil - this.#clock.now()),
      failureCount: this.#failureCount,
      openings: this.#openings,
    };
  }

  #restore(): void {
    const epoch = this.#epoch;
    this.#guarded(async () => {
      const loading = this.#store?.load();
      const snapshot = isPromiseLike(loading) ? await loading : loading;
      if (snapshot !== undefined && this.#epoch === epoch) this.#adopt(snapshot);
    });
  }

  #adopt({ state, openUntilEpochMs, failureCount, openings }: CircuitSnapshot): void {
    if (state === 'closed') return;
    this.#state = state === 'isolated' ? 'isolated' : 'open';
    this.#openUntil = this.#clock.now() + Math.max(0, openUntilEpochMs - this.#clock.epochMs());
    this.#failureCount = failureCount;
    this.#openings = openings;
    this.#epoch += 1;
  }

  /** Runs what belongs to the user (a hook, a store): its failure is told to the store's `onError` and never to a call. */
  #guarded(work: () => unknown): void {
    const tell = (error: unknown): void => {
      try {
        this.#store?.onError?.(error);
      } catch {
        // Whoever reports failures has failed too: there is nobody left to tell.
      }
    };
    try {
      const running = work();
      if (isPromiseLike(running)) running.then(undefined, tell);
    } catch (error) {
      tell(error);
    }
  }
}

type Notify = (transition: CircuitTransition) => void;

const ignore: Notify = () => {};

function isPromiseLike<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

interface Settings {
  readonly failureThreshold: number;
  readonly failureRate: number | undefined;
  readonly slowCallMs: number;
  readonly slowCallRate: number;
  readonly minCalls: number;
  readonly recoveryMs: (openings: number) => number;
  readonly successThreshold: number;
  readonly halfOpenPermits: number;
  readonly onStateChange: ((transition: CircuitTransition) => void) | undefined;
}

function settingsOf(options: CircuitBreakerOptions): Settings {
  const {
    failureThreshold = 5,
    failureRate,
    slowCallMs = Infinity,
    slowCallRate = 0.5,
    window = { calls: 100 },
    minCalls = 10,
    recoveryMs = 60_000,
    successThreshold = 2,
    halfOpenPermits = 1,
    onStateChange,
  } = options;
  const count = { atLeast: 1, isInteger: true } as const;
  const rate = { above: 0, atMost: 1 } as const;
  checkNumber(OWNER, 'failureThreshold', failureThreshold, { ...count, allowInfinity: true });
  if (failureRate !== undefined) checkNumber(OWNER, 'failureRate', failureRate, rate);
  checkNumber(OWNER, 'slowCallMs', slowCallMs, { above: 0, allowInfinity: true });
  checkNumber(OWNER, 'slowCallRate', slowCallRate, rate);
  checkNumber(OWNER, 'minCalls', minCalls, count);
  checkNumber(OWNER, 'successThreshold', successThreshold, count);
  checkNumber(OWNER, 'halfOpenPermits', halfOpenPermits, count);
  if (typeof recoveryMs !== 'function') checkNumber(OWNER, 'recoveryMs', recoveryMs, { above: 0 });
  if (onStateChange !== undefined) checkFunction(OWNER, 'onStateChange', onStateChange);
  if ('calls' in window) checkNumber(OWNER, 'window.calls', window.calls, count);
  else checkNumber(OWNER, 'window.spanMs', window.spanMs, { above: 0 });
  return {
    failureThreshold,
    failureRate,
    slowCallMs,
    slowCallRate,
    minCalls,
    recoveryMs: typeof recoveryMs === 'function' ? recoveryMs : () => recoveryMs,
    successThreshold,
    halfOpenPermits,
    onStateChange,
  };
}
