import type { Clock } from 'tta-dev-primitives';
import type { Timer } from 'tta-dev-primitives/internal';
import type { StoreErrorReason } from '../../facts.ts';
import { Backoff } from './backoff.ts';

export type BreakerState = 'closed' | 'open' | 'half_open';

const FIRST_WAIT_MS = 100;
/** With the probe and a new connection a store is used again within a second of its return. */
const LONGEST_WAIT_MS = 800;
/** A server that refuses our credentials is asked less often: every refusal is a line in its log. */
const LONGEST_WAIT_AFTER_REFUSAL_MS = 5_000;

function longestWaitMs(reason: StoreErrorReason): number {
  return reason === 'auth' ? LONGEST_WAIT_AFTER_REFUSAL_MS : LONGEST_WAIT_MS;
}

export interface ReadBreakerOptions {
  /** Its timers should let the process end. */
  readonly clock: Clock;
  readonly random: () => number;
  /** Asks the store for a sign of life, in bounded time; rejects with a reason when there is none. */
  readonly probe: () => Promise<StoreErrorReason | undefined>;
  /** Told every change, and every failed probe as `open` again. */
  readonly onChange: (state: BreakerState, reason: StoreErrorReason) => void;
}

/**
 * Keeps callers away from a store that does not answer. It opens on the first failure, so that callers pay for one; then it asks
 * for a sign of life by itself, one probe at a time and off every caller's path, and one answer closes it.
 *
 * The wait before a probe doubles until reads succeed again, not merely probes: a server that answers probes and nothing else
 * costs less and less.
 */
export class ReadBreaker {
  readonly #options: ReadBreakerOptions;
  readonly #backoff: Backoff;
  #state: BreakerState = 'closed';
  #reason: StoreErrorReason = 'other';
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(options: ReadBreakerOptions) {
    this.#options = options;
    this.#backoff = new Backoff(FIRST_WAIT_MS, options.random);
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** Why it opened last. */
  get reason(): StoreErrorReason {
    return this.#reason;
  }

  succeeded(): void {
    this.#backoff.reset();
  }

  failed(reason: StoreErrorReason): void {
    if (this.isClosed) this.#open(reason);
  }

  /** Probes no more. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  #open(reason: StoreErrorReason): void {
    if (this.#isStopped) return;
    this.#reason = reason;
    this.#become('open');
    this.#timer = this.#options.clock.setTimer(() => void this.#probe(), this.#backoff.next(longestWaitMs(reason)));
  }

  async #probe(): Promise<void> {
    this.#become('half_open');
    const reason = await this.#options.probe().catch((): StoreErrorReason => 'other');
    if (this.#isStopped) return;
    if (reason === undefined) this.#become('closed');
    else this.#open(reason);
  }

  #become(state: BreakerState): void {
    this.#state = state;
    this.#options.onChange(state, this.#reason);
  }
}

export interface WriteBreakerOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly onChange: (state: BreakerState, reason: StoreErrorReason) => void;
}

/**
 * Keeps writes from a store that refuses them (a replica, a full disk) while its reads go on. When it is time to try again, the
 * next write is the trial: writes are off every caller's path already.
 */
export class WriteBreaker {
  readonly #options: WriteBreakerOptions;
  readonly #backoff: Backoff;
  #state: BreakerState = 'closed';
  #reason: StoreErrorReason = 'other';
  #retryAt = 0;

  constructor(options: WriteBreakerOptions) {
    this.#options = options;
    this.#backoff = new Backoff(FIRST_WAIT_MS, options.random);
  }

  /** Why it opened last. */
  get reason(): StoreErrorReason {
    return this.#reason;
  }

  /** Whether a write may be tried now; a permit of an open breaker is the trial, and there is one at a time. */
  permits(): boolean {
    if (this.#state === 'closed') return true;
    if (this.#state === 'half_open' || this.#options.clock.now() < this.#retryAt) return false;
    this.#become('half_open');
    return true;
  }

  succeeded(): void {
    this.#backoff.reset();
    if (this.#state !== 'closed') this.#become('closed');
  }

  failed(reason: StoreErrorReason): void {
    if (this.#state === 'open') return;
    this.#reason = reason;
    this.#retryAt = this.#options.clock.now() + this.#backoff.next(longestWaitMs(reason));
    this.#become('open');
  }

  #become(state: BreakerState): void {
    this.#state = state;
    this.#options.onChange(state, this.#reason);
  }
}
