import assert from 'node:assert/strict';
import type { Clock } from 'tta-dev-primitives';
import { systemClock } from 'tta-dev-primitives/internal';
import { type ManualClock, manualClock } from 'tta-dev-primitives/testing';

/** How a call ended, and when; `threw` is a call that did not even return a promise. */
export interface Settled {
  readonly status: 'resolved' | 'rejected' | 'threw';
  readonly value: unknown;
  readonly error: unknown;
  /** Milliseconds since the case began. */
  readonly atMs: number;
}

/** Real timers may fire a little early; a loaded machine fires them late. */
const EARLY_MS = 3;
const LATE_MS = 90;

const nextTurn = globalThis.setImmediate;

/** What a case works with: its own clock and the helpers that read it. */
export class Bench {
  readonly clock: Clock;
  /** The clock to move by hand; undefined in real time. */
  readonly manual: ManualClock | undefined;
  readonly #startedAt: number;
  readonly #cleanups: (() => void)[] = [];

  constructor(isVirtual: boolean) {
    this.manual = isVirtual ? manualClock() : undefined;
    this.clock = this.manual ?? systemClock;
    this.#startedAt = this.clock.now();
  }

  /** Milliseconds since the case began. */
  elapsedMs(): number {
    return this.clock.now() - this.#startedAt;
  }

  /** Has something undone when the case has ended, also one that hangs. */
  defer(cleanup: () => void): void {
    this.#cleanups.push(cleanup);
  }

  /** For the runner: the case has ended. */
  end(): void {
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
  }

  at(delayMs: number, callback: () => void): void {
    this.clock.setTimer(callback, delayMs);
  }

  /** Resolves with the value after a while, whatever else happens. */
  after<T>(delayMs: number, value: T): Promise<T> {
    return new Promise((resolve) => this.at(delayMs, () => resolve(value)));
  }

  /** Rejects with the error after a while, whatever else happens. */
  failAfter(delayMs: number, error: unknown): Promise<never> {
    return new Promise((_, reject) => this.at(delayMs, () => reject(error)));
  }

  sleep(delayMs: number): Promise<void> {
    return this.after(delayMs, undefined);
  }

  /** Lets every callback that is ready run. */
  async turn(): Promise<void> {
    for (let turns = 0; turns < 3; turns += 1) await new Promise((resolve) => nextTurn(resolve));
  }

  /** A signal that is aborted with the reason after a while. */
  abortedAfter(delayMs: number, reason: unknown): AbortSignal {
    const controller = new AbortController();
    this.at(delayMs, () => controller.abort(reason));
    return controller.signal;
  }

  /** Makes a call and tells how it ended; never rejects. */
  async settle(call: () => unknown): Promise<Settled> {
    let pending: unknown;
    try {
      pending = call();
    } catch (error) {
      return { status: 'threw', value: undefined, error, atMs: this.elapsedMs() };
    }
    try {
      const value = await pending;
      return { status: 'resolved', value, error: undefined, atMs: this.elapsedMs() };
    } catch (error) {
      return { status: 'rejected', value: undefined, error, atMs: this.elapsedMs() };
    }
  }

  expectAt(actualMs: number, expectedMs: number, what: string): void {
    this.expectBetween(actualMs, expectedMs, expectedMs, what);
  }

  expectBetween(actualMs: number, fromMs: number, untilMs: number, what: string): void {
    const [earlyMs, lateMs] = this.manual === undefined ? [EARLY_MS, LATE_MS] : [0, 0];
    const isInTime = actualMs >= fromMs - earlyMs && actualMs <= untilMs + lateMs;
    const expected = fromMs === untilMs ? `${fromMs}` : `${fromMs} to ${untilMs}`;
    assert.ok(isInTime, `${what} at ${Math.round(actualMs)} ms, expected at ${expected} ms`);
  }
}

/** Work that never ends, and holds on to nothing. */
export function never(): Promise<never> {
  return new Promise(() => {});
}

/** Work that stops with the signal's reason when it aborts; without a signal, it continues to its end. */
export function honouring(signal: AbortSignal | undefined, work: Promise<unknown> = never()): Promise<unknown> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject);
  });
}

export function expectValue(settled: Settled, value: unknown): void {
  const { status, error } = settled;
  assert.equal(status, 'resolved', `the call ${status} with ${describe(error)}, expected the value ${describe(value)}`);
  assert.ok(Object.is(settled.value, value), `the value is ${describe(settled.value)}, expected ${describe(value)}`);
}

/** Expects a rejection with this very object or value. */
export function expectError({ status, value, error }: Settled, expected: unknown): void {
  assert.notEqual(status, 'resolved', `the call resolved with ${describe(value)}, expected ${describe(expected)}`);
  assert.notEqual(status, 'threw', `the call threw ${describe(error)} instead of returning a promise`);
  assert.ok(Object.is(error, expected), `the error is ${describe(error)}, expected ${describe(expected)} itself`);
}

export function describe(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value === 'string') return `'${value}'`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
