import { type Clock, exponentialBackoff } from 'tta-dev-primitives';
import type { Timer } from 'tta-dev-primitives/internal';
import type { StoreErrorReason } from './store-error-reason.ts';

export type BreakerState = 'closed' | 'open' | 'half_open';

/** Many processes that lost a store together do not try it together. */
const backoff = exponentialBackoff({ initialMs: 100, jitter: 'equal' });

/** With the probe and a new connection a store is used again within a second of its return. */
const LONGEST_WAIT_MS = 800;
/** A server that refuses our credentials is asked less often: every refusal is a line in its log. */
const LONGEST_WAIT_AFTER_REFUSAL_MS = 5_000;

export interface StoreBreakerOptions {
  /** Its timers should let the process end. */
  readonly clock: Clock;
  readonly random: () => number;
  /**
   * Asks the store for a sign of life, in bounded time: resolves with a reason when there is none.
   *
   * @defaultValue none: the next operation that is permitted is the trial
   */
  readonly probe?: (() => Promise<StoreErrorReason | undefined>) | undefined;
  /** Told every change, and every failed probe as `open` again. */
  readonly onChange: (state: BreakerState, reason: StoreErrorReason) => void;
}

/**
 * Keeps callers away from a store that does not answer. It opens on the first failure, so callers pay for one. With a probe it
 * then asks for a sign of life by itself, one probe at a time and off every caller's path, and one answer closes it. Without one, an
 * operation is let through as the trial when it is time, one at a time.
 *
 * The wait before a trial doubles until operations succeed again, not merely probes: a server that answers probes and nothing else
 * costs less and less.
 */
export class StoreBreaker {
  readonly #options: StoreBreakerOptions;
  #state: BreakerState = 'closed';
  #reason: StoreErrorReason = 'other';
  /** How often it has opened since an operation succeeded. */
  #openings = 0;
  #retryAt = 0;
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(options: StoreBreakerOptions) {
    this.#options = options;
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** Why it opened last. */
  get reason(): StoreErrorReason {
    return this.#reason;
  }

  /** Whether an operation may be tried now; a permit of an open breaker is the trial. */
  permits(): boolean {
    if (this.isClosed) return true;
    const { probe, clock } = this.#options;
    if (probe !== undefined || this.#state === 'half_open' || clock.now() < this.#retryAt) return false;
    this.#become('half_open');
    return true;
  }

  succeeded(): void {
    this.#openings = 0;
    if (!this.isClosed && this.#options.probe === undefined) this.#become('closed');
  }

  failed(reason: StoreErrorReason): void {
    const isTrial = this.#state === 'half_open' && this.#options.probe === undefined;
    if (this.isClosed || isTrial) this.#open(reason);
  }

  /** Probes no more. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  #open(reason: StoreErrorReason): void {
    if (this.#isStopped) return;
    const { clock, random, probe } = this.#options;
    const maxDelayMs = reason === 'auth' ? LONGEST_WAIT_AFTER_REFUSAL_MS : LONGEST_WAIT_MS;
    this.#openings += 1;
    const waitMs = backoff({ failures: this.#openings, previousMs: 0, maxDelayMs, random });
    this.#reason = reason;
    this.#retryAt = clock.now() + waitMs;
    this.#become('open');
    if (probe !== undefined) this.#timer = clock.setTimer(() => void this.#try(probe), waitMs);
  }

  async #try(probe: () => Promise<StoreErrorReason | undefined>): Promise<void> {
    this.#become('half_open');
    const reason = await probe().catch((): StoreErrorReason => 'other');
    if (this.#isStopped) return;
    if (reason === undefined) this.#become('closed');
    else this.#open(reason);
  }

  #become(state: BreakerState): void {
    this.#state = state;
    this.#options.onChange(state, this.#reason);
  }
}
