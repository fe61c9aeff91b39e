import { spawnSync } from 'node:child_process';
import { afterEach, expect, test, vi } from 'vitest';
import { systemClock } from './clock.ts';

afterEach(() => vi.useRealTimers());

test('is ruled by fake timers installed after it was imported', () => {
  vi.useFakeTimers({ now: 1_000 });
  const startedAt = systemClock.now();
  const fired = vi.fn();
  systemClock.setTimer(fired, 500);
  vi.advanceTimersByTime(499);
  expect(fired).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(fired).toHaveBeenCalledTimes(1);
  expect(systemClock.now() - startedAt).toBe(500);
  expect(systemClock.epochMs()).toBe(1_500);
});

test('forgets a cancelled timer', () => {
  vi.useFakeTimers();
  const fired = vi.fn();
  const timer = systemClock.setTimer(fired, 10);
  timer.cancel();
  timer.cancel();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(20);
  expect(fired).not.toHaveBeenCalled();
});

test('waits longer than one timer of Node.js can, and can be cancelled half-way', () => {
  vi.useFakeTimers();
  const longMs = 2 ** 31 * 2;
  const [fired, cancelled] = [vi.fn(), vi.fn()];
  systemClock.setTimer(fired, longMs);
  const timer = systemClock.setTimer(cancelled, longMs);
  vi.advanceTimersByTime(longMs - 1);
  timer.cancel();
  expect(fired).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(fired).toHaveBeenCalledTimes(1);
  expect(cancelled).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

test('never fires after Infinity, and holds nothing for it', () => {
  vi.useFakeTimers();
  systemClock.setTimer(() => expect.unreachable(), Infinity).cancel();
  expect(vi.getTimerCount()).toBe(0);
});

test('moves forward by itself', async () => {
  const before = systemClock.now();
  await new Promise<void>((resolve) => systemClock.setTimer(resolve, 1));
  expect(systemClock.now()).toBeGreaterThan(before);
});

test('an unreferenced timer keeps no process alive, however long it is', () => {
  const script = `
    import { systemClock } from ${JSON.stringify(new URL('./clock.ts', import.meta.url).href)};
    systemClock.setTimer(() => {}, 3_600_000).unref?.();
    systemClock.setTimer(() => {}, 2 ** 32).unref?.();
  `;
  const { status, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 10_000 });
  expect({ status, signal }).toEqual({ status: 0, signal: null });
});
