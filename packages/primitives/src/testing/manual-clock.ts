import { setImmediate } from 'node:timers'; // bound here: fake timers of a test runner must not stop this clock
import type { Clock, Timer } from '../clock.ts';
import { checkNumber } from '../options.ts';

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /**
   * Moves time forward, firing every timer that falls due on the way, in order and each at its own instant, and lets pending
   * promises and immediates run before, between and after. Time never goes back, also when moves overlap.
   *
   * @throws RangeError if `ms` is negative or not finite
   */
  advance(ms: number): Promise<void>;
  /** Moves time forward in one step, as a suspended machine does, and then fires what has fallen due. */
  jump(ms: number): Promise<void>;
  /** How many timers are pending; 0 when nothing was left behind. */
  readonly pendingTimers: number;
}

interface PendingTimer {
  readonly dueAt: number;
  readonly callback: () => void;
}

/** Lets everything that is ready to run do so: promise reactions, and three turns of immediates. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/**
 * Makes a clock for tests; give it to a workflow as `new WorkflowContext({ clock })`.
 *
 * @param startEpochMs - what the wall clock shows at the start
 * @defaultValue 2026-01-01T00:00:00Z
 * @example
 * ```ts
 * const clock = manualClock();
 * const answer = workflow.execute(input, new WorkflowContext({ clock }));
 * await clock.advance(30_000);
 * ```
 */
export function manualClock(startEpochMs: number = Date.UTC(2026, 0, 1)): ManualClock {
  let elapsedMs = 0;
  const timers = new Set<PendingTimer>();

  const earliest = (): PendingTimer | undefined => {
    let first: PendingTimer | undefined;
    for (const timer of timers) if (first === undefined || timer.dueAt < first.dueAt) first = timer;
    return first;
  };
  const fireUntil = async (instantMs: number, moveTo: (dueAt: number) => void): Promise<void> => {
    await settle();
    for (let timer = earliest(); timer !== undefined && timer.dueAt <= instantMs; timer = earliest()) {
      timers.delete(timer);
      moveTo(timer.dueAt);
      timer.callback();
      await settle();
    }
  };

  const clock: ManualClock = {
    now: () => elapsedMs,
    epochMs: () => startEpochMs + elapsedMs,
    setTimer(callback, delayMs): Timer {
      const timer: PendingTimer = { dueAt: elapsedMs + Math.max(0, delayMs), callback };
      if (timer.dueAt !== Infinity) timers.add(timer);
      return { cancel: () => timers.delete(timer) };
    },
    async advance(ms) {
      checkNumber('manualClock', 'advance', ms, { atLeast: 0 });
      const target = elapsedMs + ms;
      await fireUntil(target, (dueAt) => {
        elapsedMs = Math.max(elapsedMs, dueAt);
      });
      elapsedMs = Math.max(elapsedMs, target);
      await settle();
    },
    async jump(ms) {
      checkNumber('manualClock', 'jump', ms, { atLeast: 0 });
      elapsedMs += ms;
      await fireUntil(elapsedMs, () => {});
    },
    pendingTimers: 0,
  };
  return Object.defineProperty(clock, 'pendingTimers', { get: () => timers.size });
}
