import { WorkflowContext } from 'tta-dev-primitives';
import type { WorkflowContextInit } from 'tta-dev-primitives/internal';
import { type ManualClock, manualClock } from 'tta-dev-primitives/testing';

/** A context on a clock that the test moves, and work that takes its time on that clock. */
export interface Clocked {
  readonly clock: ManualClock;
  readonly context: WorkflowContext;
  /** Resolves with `value` after a while, whatever becomes of any signal. */
  after<T>(ms: number, value: T): Promise<T>;
  /** Rejects with `error` after a while. */
  failAfter(ms: number, error: unknown): Promise<never>;
}

export function clocked(init: WorkflowContextInit = {}): Clocked {
  const clock = manualClock();
  return {
    clock,
    context: new WorkflowContext({ ...init, clock }),
    after: (ms, value) => new Promise((resolve) => clock.setTimer(() => resolve(value), ms)),
    failAfter: (ms, error) => new Promise((_, reject) => clock.setTimer(() => reject(error), ms)),
  };
}

/** How a promise was settled, and undefined while it is not. */
export interface Watched<T> {
  readonly settled: PromiseSettledResult<T> | undefined;
}

/** Watches a promise, so that a rejection is handled and can be looked at later. */
export function watch<T>(promise: Promise<T>): Watched<T> {
  const watched: { settled: PromiseSettledResult<T> | undefined } = { settled: undefined };
  void Promise.allSettled([promise]).then(([result]) => {
    watched.settled = result;
  });
  return watched;
}

/** What a watched promise was rejected with. */
export function reasonOf(watched: Watched<unknown>): unknown {
  if (watched.settled?.status !== 'rejected')
    throw new Error(`not rejected but ${watched.settled?.status ?? 'pending'}`);
  return watched.settled.reason;
}

/** Work that never ends and ignores its signal. */
export function hang(): Promise<never> {
  return new Promise(() => {});
}

/** Work that ends when its signal is aborted, with the reason. */
export function obey(_input: unknown, context: WorkflowContext): Promise<never> {
  return new Promise((_, reject) => {
    context.onAbort(reject);
  });
}
