import { afterEach, expect, test, vi } from 'vitest';
import { manualClock } from './manual-clock.ts';

afterEach(() => vi.useRealTimers());

test('stands still until it is moved', async () => {
  const clock = manualClock(5_000);
  await new Promise(setImmediate);
  expect([clock.now(), clock.epochMs()]).toEqual([0, 5_000]);
  await clock.advance(250);
  expect([clock.now(), clock.epochMs()]).toEqual([250, 5_250]);
  expect(new Date(manualClock().epochMs()).toISOString()).toBe('2026-01-01T00:00:00.000Z');
});

test('fires timers in the order in which they fall due, each at its own instant', async () => {
  const clock = manualClock();
  const fired: [string, number][] = [];
  for (const [name, delayMs] of [
    ['c', 30],
    ['a', 10],
    ['b', 20],
    ['b again', 20],
    ['late', 31],
  ] as const) {
    clock.setTimer(() => fired.push([name, clock.now()]), delayMs);
  }
  await clock.advance(30);
  expect(fired).toEqual([
    ['a', 10],
    ['b', 20],
    ['b again', 20],
    ['c', 30],
  ]);
  expect(clock.pendingTimers).toBe(1);
});

test('fires timers that timers made on the way, and those made by promises and immediates between', async () => {
  const clock = manualClock();
  const fired: number[] = [];
  const mark = (): void => void fired.push(clock.now());
  clock.setTimer(() => {
    mark();
    clock.setTimer(() => {
      mark();
      void Promise.resolve().then(() => clock.setTimer(mark, 10));
      setImmediate(() => clock.setTimer(mark, 15));
    }, 10);
  }, 10);
  await clock.advance(100);
  expect(fired).toEqual([10, 20, 30, 35]);
});

test('lets promises settle before the next timer fires', async () => {
  const clock = manualClock();
  const order: string[] = [];
  clock.setTimer(() => void Promise.resolve().then(() => order.push('promise of the first')), 10);
  clock.setTimer(() => order.push('second'), 10);
  await clock.advance(10);
  expect(order).toEqual(['promise of the first', 'second']);
});

test('lets a turn of mercy pass: an immediate after a timer runs before the next timer', async () => {
  const clock = manualClock();
  const order: string[] = [];
  clock.setTimer(() => setImmediate(() => setImmediate(() => order.push('mercy'))), 10);
  clock.setTimer(() => order.push('hard stop'), 11);
  await clock.advance(20);
  expect(order).toEqual(['mercy', 'hard stop']);
});

test('runs work that was started just before it moves', async () => {
  const clock = manualClock();
  const fired = vi.fn();
  void Promise.resolve()
    .then(() => {})
    .then(() => clock.setTimer(fired, 5));
  await clock.advance(5);
  expect(fired).toHaveBeenCalledTimes(1);
});

test('forgets cancelled timers and holds none for Infinity', async () => {
  const clock = manualClock();
  const fired = vi.fn();
  const timer = clock.setTimer(fired, 5);
  clock.setTimer(fired, Infinity);
  expect(clock.pendingTimers).toBe(1);
  timer.cancel();
  expect(clock.pendingTimers).toBe(0);
  await clock.advance(10);
  expect(fired).not.toHaveBeenCalled();
});

test('jumps as a suspended machine does: every timer fires at the end', async () => {
  const clock = manualClock();
  const fired: number[] = [];
  clock.setTimer(() => fired.push(clock.now()), 10);
  clock.setTimer(() => fired.push(clock.now()), 20);
  await clock.jump(1_000);
  expect(fired).toEqual([1_000, 1_000]);
});

test('never goes back when moves overlap', async () => {
  const clock = manualClock();
  await Promise.all([clock.advance(100), clock.advance(10)]);
  expect(clock.now()).toBe(100);
});

test('moves under fake timers of the test runner', async () => {
  vi.useFakeTimers();
  const clock = manualClock();
  const fired = vi.fn();
  clock.setTimer(fired, 5);
  await clock.advance(5);
  expect(fired).toHaveBeenCalledTimes(1);
});

test.each([-1, Number.NaN, Infinity])('refuses to move by %d', async (ms) => {
  await expect(manualClock().advance(ms)).rejects.toThrow(RangeError);
  await expect(manualClock().jump(ms)).rejects.toThrow(RangeError);
});
