import type { Clock } from 'tta-dev-primitives';
import { numberOption, type OptionRules, readOptions, refusal, type WithFallbacks } from 'tta-dev-primitives/internal';

/** How processes that share a store share a call. */
export interface LeaseOptions {
  /**
   * How long a lease outlives a lost process, in milliseconds. Callers wait in vain for that long. Between 100 and
   * 3_600_000; it is renewed four times as often while the step runs.
   *
   * @defaultValue 2_000
   */
  readonly ttlMs?: number | undefined;
  /**
   * How long one request waits for calls of other processes, in milliseconds, before it calls the step itself. With 0
   * it never waits.
   *
   * @defaultValue 30_000
   */
  readonly waitMs?: number | undefined;
  /**
   * Like `waitMs`, but from the moment the other process starts to stream its answer. A stream can be replayed only
   * after it has ended, so a new stream may deliver its first chunk earlier.
   *
   * @defaultValue 1_000
   */
  readonly streamWaitMs?: number | undefined;
}

const RULES = {
  ttlMs: numberOption({ atLeast: 100, atMost: 3_600_000 }, 2_000),
  waitMs: numberOption({ atLeast: 0, allowInfinity: true }, 30_000),
  streamWaitMs: numberOption({ atLeast: 0, allowInfinity: true }, 1_000),
} satisfies OptionRules<LeaseOptions>;

/** The options with their defaults. */
export type LeaseTerms = WithFallbacks<LeaseOptions, keyof LeaseOptions>;

/**
 * @param lease - the option of a cache
 * @throws TypeError or RangeError that names the option, the value and what is allowed
 */
export function leaseTerms(lease: unknown): LeaseTerms {
  if (lease === false) return leaseTerms({});
  if (typeof lease === 'object' && lease !== null)
    return readOptions<LeaseOptions, typeof RULES>('CachePrimitive', lease, RULES, 'lease');
  throw new TypeError(refusal('CachePrimitive', 'lease', lease, 'false or an object'));
}

/** The first look again comes soon, because an answer may be as good as there. */
const FIRST_PAUSE_MS = 5;

/** The longest pause as a part of a lease's life: short enough to see what a holder leaves behind for a quarter of it. */
const PAUSES_PER_LIFE = 20;

/** How long one request waits for calls of other processes, and at which intervals it looks again. */
export class Patience {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #random: () => number;
  readonly #beganAt: number;
  readonly #streamWaitMs: number;
  readonly #longestPauseMs: number;
  #dueAt: number;
  #nextPauseMs = FIRST_PAUSE_MS;
  #hasWaited = false;

  constructor({ ttlMs, waitMs, streamWaitMs }: LeaseTerms, clock: Clock, signal: AbortSignal, random: () => number) {
    this.#clock = clock;
    this.#signal = signal;
    this.#random = random;
    this.#beganAt = clock.now();
    this.#dueAt = this.#beganAt + waitMs;
    this.#streamWaitMs = streamWaitMs;
    this.#longestPauseMs = ttlMs / PAUSES_PER_LIFE;
  }

  get isOver(): boolean {
    return this.#signal.aborted || this.#clock.now() >= this.#dueAt;
  }

  get hasWaited(): boolean {
    return this.#hasWaited;
  }

  get waitedMs(): number {
    return this.#clock.now() - this.#beganAt;
  }

  /** From now on the wait is one for a stream. A further call changes nothing. */
  shorten(): void {
    this.#dueAt = Math.min(this.#dueAt, this.#clock.now() + this.#streamWaitMs);
  }

  /** Waits for the next look, at most until the end, and not at all when the last waiting caller has left. */
  async pause(): Promise<void> {
    this.#hasWaited = true;
    const pauseMs = this.#nextPauseMs * (0.5 + this.#random() / 2);
    this.#nextPauseMs = Math.min(2 * this.#nextPauseMs, this.#longestPauseMs);
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = (): void => resolve();
    const timer = this.#clock.setTimer(stop, Math.max(0, Math.min(pauseMs, this.#dueAt - this.#clock.now())));
    this.#signal.addEventListener('abort', stop, { once: true });
    if (this.#signal.aborted) stop();
    await promise;
    timer.cancel();
    this.#signal.removeEventListener('abort', stop);
  }
}
