import { type Clock, systemClock } from '../../clock.ts';
import { type NoteFact, noteNothing } from '../../facts.ts';
import { checkNumber } from '../../options.ts';
import { hearRejection } from '../../rejection.ts';
import { type CallWindow, CountWindow, TimeWindow } from './call-window.ts';
import {
  type CircuitBreakerOptions,
  type CircuitSettings,
  DEFAULT_RECOVERY_MS,
  OWNER,
  settingsOf,
} from './circuit-breaker-options.ts';
import { CircuitOpenError } from './circuit-open-error.ts';
import type { CircuitState, CircuitTransition } from './circuit-state.ts';
import { type CircuitSnapshot, StoreKeeper } from './circuit-store.ts';

/** Leave for one call; give it back with `settle`. */
export interface Permit {
  /** The epoch in which it was given: results of an older one are stale. */
  readonly epoch: number;
  readonly startedAt: number;
  readonly isProbe: boolean;
  /** When the dependency handed over a stream; undefined for anything else. */
  answeredAt: number | undefined;
}

/**
 * What a call came to. An `ignored` error is an answer like any other: the dependency works. A cancellation says nothing about the
 * dependency, and only gives the permit back.
 */
export type CallResult =
  | { readonly kind: 'success' }
  | { readonly kind: 'failure'; readonly error: unknown }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'cancelled' };

/** A circuit without calls keeps only the newest changes. */
const MOST_UNSTATED = 100;

/**
 * The state of one circuit, which several primitives can share, for example all that call one provider.
 *
 * A closed circuit counts calls. An open circuit refuses calls until the recovery time has passed. A half-open circuit
 * admits a few probes, and a probe that fails or is slow opens it again. A circuit has no timer: the first call after
 * the recovery time finds it half-open. Every change of state begins an epoch, and results of calls from an older epoch
 * change nothing.
 *
 * @throws TypeError or RangeError naming the option if one is wrong
 * @see https://martinfowler.com/bliki/CircuitBreaker.html
 */
export class CircuitBreaker {
  readonly #settings: CircuitSettings;
  readonly #window: CallWindow;
  /** Whether the count of a call depends on the time: on when it came, or on how long it took. */
  readonly #isTimed: boolean;
  readonly #keeper: StoreKeeper | undefined;
  readonly #clock: Clock;
  readonly #probes = new Set<Permit>();
  /** Changes that no call has made: the next call states them. */
  readonly #unstated: CircuitTransition[] = [];
  #state: CircuitState = 'closed';
  #epoch = 0;
  #enteredAt: number;
  #openUntil = 0;
  #recoveryMs = DEFAULT_RECOVERY_MS;
  #openings = 0;
  #consecutiveFailures = 0;
  #failureCount = 0;
  #lastError: unknown;
  #probeSuccesses = 0;

  constructor(options: CircuitBreakerOptions = {}) {
    this.#settings = settingsOf(options);
    const { store, clock = systemClock } = options;
    const { window } = this.#settings;
    this.#window = 'calls' in window ? new CountWindow(window.calls) : new TimeWindow(window.spanMs);
    this.#isTimed = 'spanMs' in window || this.#settings.slowCallMs < Infinity;
    this.#clock = clock;
    this.#enteredAt = clock.now();
    this.#keeper = store && new StoreKeeper(store, clock);
    const untouched = this.#epoch;
    this.#keeper?.load((snapshot) => {
      if (this.#epoch === untouched) this.#adopt(snapshot);
    });
  }

  /** The state that a call would find now. */
  get state(): CircuitState {
    return this.#state === 'open' && this.#clock.now() >= this.#openUntil ? 'half_open' : this.#state;
  }

  /**
   * Asks leave for one call.
   *
   * @throws CircuitOpenError when the circuit is open, isolated, or half-open with every permit taken
   */
  acquire(operation: string, note: NoteFact = noteNothing): Permit {
    if (this.#unstated.length > 0) this.#stateAll(note);
    if (this.#state === 'closed') return this.#permit(this.#timeOfCall(), false);
    const startedAt = this.#clock.now();
    if (this.#state === 'open' && startedAt >= this.#openUntil) {
      this.#enter('half_open', note);
      return this.acquire(operation, note); // `onStateChange` may have changed the state again
    }
    const isProbe = this.#state === 'half_open' && this.#hasProbeLeft(startedAt);
    if (!isProbe) {
      const retryAfterMs = this.#state === 'isolated' ? Infinity : Math.max(0, this.#openUntil - startedAt);
      throw new CircuitOpenError(operation, retryAfterMs, this.#failureCount, this.#lastError);
    }
    const permit = this.#permit(startedAt, true);
    this.#probes.add(permit);
    return permit;
  }

  /** Says that a stream has been handed over: whether the call was slow is decided by now, while its result is not. */
  answered(permit: Permit): void {
    permit.answeredAt = this.#clock.now();
  }

  /**
   * Reports the result of a call.
   *
   * @returns `stale` if the circuit has changed its state since the call began; the result then does not count
   */
  settle(permit: Permit, result: CallResult, note: NoteFact = noteNothing): 'counted' | 'stale' {
    if (permit.epoch !== this.#epoch || (permit.isProbe && !this.#probes.delete(permit))) return 'stale';
    if (result.kind === 'cancelled') return 'counted';
    const now = this.#timeOfCall();
    const isFailure = result.kind === 'failure';
    const isSlow = (permit.answeredAt ?? now) - permit.startedAt >= this.#settings.slowCallMs;
    if (isFailure) this.#lastError = result.error;
    if (permit.isProbe) this.#settleProbe(isFailure, isSlow, note);
    else this.#settleCall(isFailure, isSlow, now, note);
    return 'counted';
  }

  /** Opens the circuit until `reset()`, whatever happens. Telemetry shows this with the next call. */
  isolate(): void {
    this.#enter('isolated', undefined);
  }

  /** Closes the circuit and clears its counts. Telemetry shows this with the next call. */
  reset(): void {
    this.#close(undefined);
  }

  #permit(startedAt: number, isProbe: boolean): Permit {
    return { epoch: this.#epoch, startedAt, isProbe, answeredAt: undefined };
  }

  /** Reading the clock costs as much as all the rest of a call, so it is read only where something depends on it. */
  #timeOfCall(): number {
    return this.#isTimed ? this.#clock.now() : 0;
  }

  /** Takes a permit back from the oldest probe when that is out for longer than the recovery time: it may never come back. */
  #hasProbeLeft(now: number): boolean {
    if (this.#probes.size < this.#settings.halfOpenPermits) return true;
    const [oldest] = this.#probes;
    return oldest !== undefined && now - oldest.startedAt >= this.#recoveryMs && this.#probes.delete(oldest);
  }

  #settleProbe(isFailure: boolean, isSlow: boolean, note: NoteFact): void {
    if (isFailure || isSlow) {
      if (isFailure) this.#failureCount += 1;
      this.#open(note);
      return;
    }
    this.#probeSuccesses += 1;
    if (this.#probeSuccesses >= this.#settings.successThreshold) this.#close(note);
  }

  #settleCall(isFailure: boolean, isSlow: boolean, now: number, note: NoteFact): void {
    this.#window.record({ isFailure, isSlow }, now);
    this.#consecutiveFailures = isFailure ? this.#consecutiveFailures + 1 : 0;
    if (!this.#isTripped(now)) return;
    const isByRow = this.#consecutiveFailures >= this.#settings.failureThreshold;
    this.#failureCount = isByRow ? this.#consecutiveFailures : this.#window.counts(now).failures;
    this.#open(note);
  }

  #isTripped(now: number): boolean {
    const { failureThreshold, failureRate, slowCallMs, slowCallRate, minCalls } = this.#settings;
    if (this.#consecutiveFailures >= failureThreshold) return true;
    if (failureRate === undefined && slowCallMs === Infinity) return false;
    const { calls, failures, slow } = this.#window.counts(now);
    if (calls < minCalls) return false;
    return failures / calls >= (failureRate ?? Infinity) || (slowCallMs < Infinity && slow / calls >= slowCallRate);
  }

  #open(note: NoteFact): void {
    this.#openings += 1;
    this.#recoveryMs = this.#recoveryTime();
    this.#openUntil = this.#clock.now() + this.#recoveryMs;
    this.#enter('open', note);
  }

  #recoveryTime(): number {
    const { recoveryMs } = this.#settings;
    if (typeof recoveryMs === 'number') return recoveryMs;
    let chosenMs = DEFAULT_RECOVERY_MS;
    this.#guarded(() => {
      const wantedMs: unknown = recoveryMs(this.#openings);
      hearRejection(wantedMs);
      checkNumber(OWNER, 'what recoveryMs returns', wantedMs, { above: 0 });
      chosenMs = wantedMs;
    });
    return chosenMs;
  }

  #close(note: NoteFact | undefined): void {
    this.#openings = 0;
    this.#failureCount = 0;
    this.#lastError = undefined;
    this.#window.clear();
    this.#enter('closed', note);
  }

  #enter(to: CircuitState, note: NoteFact | undefined): void {
    const from = this.#state;
    const now = this.#clock.now();
    const transition: CircuitTransition = { from, to, lastedMs: now - this.#enteredAt };
    this.#epoch += 1;
    this.#consecutiveFailures = 0;
    this.#probes.clear();
    this.#probeSuccesses = 0;
    if (from === to) return;
    this.#state = to;
    this.#enteredAt = now;
    this.#keeper?.save(this.#snapshot());
    if (note === undefined) this.#postpone(transition);
    else this.#guarded(() => note('circuit.transition', transition));
    this.#guarded(() => this.#settings.onStateChange?.(transition));
  }

  #stateAll(note: NoteFact): void {
    for (const transition of this.#unstated.splice(0)) this.#guarded(() => note('circuit.transition', transition));
  }

  #postpone(transition: CircuitTransition): void {
    if (this.#unstated.length === MOST_UNSTATED) this.#unstated.shift();
    this.#unstated.push(transition);
  }

  #snapshot(): CircuitSnapshot {
    return {
      state: this.#state,
      openUntilEpochMs: this.#clock.epochMs() + Math.max(0, this.#openUntil - this.#clock.now()),
      failureCount: this.#failureCount,
      openings: this.#openings,
    };
  }

  /** Never stays open for longer than this circuit would by itself, whatever the wall clock of the one before showed. */
  #adopt({ state, openUntilEpochMs, failureCount, openings }: CircuitSnapshot): void {
    if (state === 'closed') return;
    const now = this.#clock.now();
    this.#openings = openings;
    this.#failureCount = failureCount;
    this.#recoveryMs = this.#recoveryTime();
    const leftMs = Math.min(this.#recoveryMs, Math.max(0, openUntilEpochMs - this.#clock.epochMs()));
    this.#openUntil = now + leftMs;
    this.#state = state === 'isolated' ? 'isolated' : 'open';
    this.#enteredAt = now;
    this.#epoch += 1;
  }

  /** Runs what belongs to the user: its failure is told to `onHookError` and never to a call. */
  #guarded(work: () => unknown): void {
    try {
      hearRejection(work(), (error) => this.#tell(error));
    } catch (error) {
      this.#tell(error);
    }
  }

  #tell(error: unknown): void {
    try {
      hearRejection(this.#settings.onHookError?.(error));
    } catch {
      // The reporter of failures has failed too. There is nothing left to report to.
    }
  }
}
