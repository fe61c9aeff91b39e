import { AsyncResource } from 'node:async_hooks';

/** A pending timer, as a {@link Clock} hands it out. */
export interface Timer {
  /** Forgets the callback if it has not run yet. */
  cancel(): void;
  /** Lets the process end before the timer has fired; a clock without real timers does not need it. */
  unref?(): void;
  /** Reverts `unref`. */
  ref?(): void;
}

/**
 * The source of time.
 *
 * A workflow reads time from `context.clock`. One clock controls deadlines, timers and measurements, and a test can
 * move all of them together.
 */
export interface Clock {
  /** Monotonic milliseconds since an arbitrary instant; never jumps with the wall clock. */
  now(): number;
  /** Milliseconds since the Unix epoch, for what is compared across processes. */
  epochMs(): number;
  /** Calls `callback` once after `delayMs`, however long that is; `Infinity` never fires. */
  setTimer(callback: () => void, delayMs: number): Timer;
  /**
   * Announces that timers with this delay will be set repeatedly. A clock can then make them cheaper. Does not change when they
   * fire, and does not keep the process alive.
   */
  expectTimers?(delayMs: number): void;
}

/** The longest delay that Node.js can wait in one timer; a longer one fires after 1 ms instead. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const NEVER: Timer = { cancel() {} };

class SystemTimer implements Timer {
  readonly #handle: NodeJS.Timeout;

  constructor(callback: () => void, delayMs: number) {
    this.#handle = setTimeout(callback, delayMs);
  }

  cancel(): void {
    clearTimeout(this.#handle);
  }

  unref(): void {
    this.#handle.unref();
  }

  ref(): void {
    this.#handle.ref();
  }
}

/** Waits in turns, for a delay that one timer of Node.js cannot wait. */
class ChainedTimer implements Timer {
  readonly #callback: () => void;
  #remainingMs: number;
  #handle: NodeJS.Timeout | undefined;
  #isUnref = false;

  constructor(callback: () => void, delayMs: number) {
    this.#callback = callback;
    this.#remainingMs = delayMs;
    this.#arm();
  }

  cancel(): void {
    clearTimeout(this.#handle);
    this.#handle = undefined;
  }

  unref(): void {
    this.#isUnref = true;
    this.#handle?.unref();
  }

  ref(): void {
    this.#isUnref = false;
    this.#handle?.ref();
  }

  #arm(): void {
    const turnMs = Math.min(this.#remainingMs, LONGEST_TIMER_MS);
    this.#remainingMs -= turnMs;
    this.#handle = setTimeout(() => (this.#remainingMs > 0 ? this.#arm() : this.#callback()), turnMs);
    if (this.#isUnref) this.#handle.unref();
  }
}

/** How many delays are kept ready at once. The limit prevents a pile-up of delays that are never used again. */
const MAX_READY_DELAYS = 64;

const readyDelays = new Set<number>();

const nodeSetTimeout = setTimeout;

/** Runs outside of any request. A timer that outlives a request then does not keep it in memory. */
const outside = new AsyncResource('tta-dev-primitives.clock');

/**
 * Node.js keeps the timers of one delay in a list, and makes and drops that list with its first and last timer, which costs more
 * than the timer does. A timer that does nothing holds the list until the delay has passed. Users of the delay renew it.
 */
function holdListOf(delayMs: number): void {
  if (readyDelays.has(delayMs) || delayMs > LONGEST_TIMER_MS || readyDelays.size === MAX_READY_DELAYS) return;
  if (setTimeout !== nodeSetTimeout) return; // a test that counts its fake timers must find none but its own
  readyDelays.add(delayMs);
  outside.runInAsyncScope(() => setTimeout(() => readyDelays.delete(delayMs), delayMs).unref());
}

/**
 * The system clock: `performance.now()`, `Date.now()` and `setTimeout`. They are looked up on each use, so fake timers installed
 * later still apply. Timers keep the process alive until they fire or are cancelled.
 */
export const systemClock: Clock = {
  now: () => performance.now(),
  epochMs: () => Date.now(),
  setTimer(callback, delayMs) {
    if (delayMs <= LONGEST_TIMER_MS) return new SystemTimer(callback, delayMs);
    return delayMs === Infinity ? NEVER : new ChainedTimer(callback, delayMs);
  },
  expectTimers: holdListOf,
};

/** A clock for work that no caller waits for: the same time, but its timers let the process end. */
export function backgroundClock(clock: Clock = systemClock): Clock {
  return {
    now: () => clock.now(),
    epochMs: () => clock.epochMs(),
    setTimer(callback, delayMs) {
      const timer = clock.setTimer(callback, delayMs);
      timer.unref?.();
      return timer;
    },
  };
}
