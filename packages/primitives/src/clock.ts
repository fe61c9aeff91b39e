import { AsyncResource } from 'node:async_hooks';

/** A pending timer, as a {@link Clock} hands it out. */
export interface Timer {
  /** Forgets the callback if it has not run yet. */
  cancel(): void;
  /** Lets the process end before the timer has fired; a clock without real timers has no need of it. */
  unref?(): void;
  /** Takes `unref` back. */
  ref?(): void;
}

/**
 * Where time comes from.
 *
 * A workflow reads time through its context (`context.clock`), so that one clock rules deadlines, timers and measurements
 * alike and a test can move all of them together.
 */
export interface Clock {
  /** Monotonic milliseconds since an arbitrary instant; never jumps with the wall clock. */
  now(): number;
  /** Milliseconds since the Unix epoch, for what is compared across processes. */
  epochMs(): number;
  /** Calls `callback` once after `delayMs`, however long that is; `Infinity` never fires. */
  setTimer(callback: () => void, delayMs: number): Timer;
  /**
   * Told that timers of one delay come again and again, by whoever sets them; a clock may make them cheaper. Changes nothing about
   * when they fire, and keeps no process alive.
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

/** How many delays are held ready at once, so that delays which never come back cannot pile up. */
const MAX_READY_DELAYS = 64;

const readyDelays = new Set<number>();

const nodeSetTimeout = setTimeout;

/** Where no request is being served, so that none is kept in memory by a timer that outlives it. */
const outside = new AsyncResource('tta-dev-primitives.clock');

/**
 * Node.js keeps the timers of one delay in a list, and makes and drops that list with its first and last timer, which costs more
 * than the timer does. A timer that does nothing holds the list until the delay has passed; whoever still needs it renews it.
 */
function holdListOf(delayMs: number): void {
  if (readyDelays.has(delayMs) || delayMs > LONGEST_TIMER_MS || readyDelays.size === MAX_READY_DELAYS) return;
  if (setTimeout !== nodeSetTimeout) return; // a test that counts its fake timers must find none but its own
  readyDelays.add(delayMs);
  outside.runInAsyncScope(() => setTimeout(() => readyDelays.delete(delayMs), delayMs).unref());
}

/**
 * The clock of the machine: `performance.now()`, `Date.now()` and `setTimeout`, looked up when they are needed so that fake
 * timers installed later still rule. Timers keep the process alive until they fire or are cancelled.
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
