/** A pending timer, as a {@link Clock} hands it out. */
export interface Timer {
  /** Forgets the callback if it has not run yet. */
  cancel(): void;
  /** Lets the process end before the timer has fired; a clock without real timers has no need of it. */
  unref?(): void;
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
}

/** The longest delay that Node.js can wait in one timer; a longer one fires after 1 ms instead. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const NEVER: Timer = { cancel() {} };

class SystemTimer implements Timer {
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

  #arm(): void {
    const turnMs = Math.min(this.#remainingMs, LONGEST_TIMER_MS);
    this.#remainingMs -= turnMs;
    this.#handle = setTimeout(() => (this.#remainingMs > 0 ? this.#arm() : this.#callback()), turnMs);
    if (this.#isUnref) this.#handle.unref();
  }
}

/**
 * The clock of the machine: `performance.now()`, `Date.now()` and `setTimeout`, looked up when they are needed so that fake
 * timers installed later still rule. Timers keep the process alive until they fire or are cancelled.
 */
export const systemClock: Clock = {
  now: () => performance.now(),
  epochMs: () => Date.now(),
  setTimer: (callback, delayMs) => (delayMs === Infinity ? NEVER : new SystemTimer(callback, delayMs)),
};
