import { manualClock } from 'tta-dev-primitives/testing';
import { expect, it } from 'vitest';
import { HeldRows } from './held-rows.ts';

it('keeps no process alive for a grade', () => {
  const clock = manualClock();
  const unreferenced: number[] = [];
  const setTimer: typeof clock.setTimer = (callback, delayMs) => {
    const timer = clock.setTimer(callback, delayMs);
    return { cancel: () => timer.cancel(), unref: () => void unreferenced.push(delayMs) };
  };
  const rows = new HeldRows(60_000, 10);
  rows.hold('one', 5, { ...clock, setTimer }, () => {});
  expect(unreferenced).toEqual([60_000]);
  rows.releaseAll();
  expect(clock.pendingTimers).toBe(0);
});
