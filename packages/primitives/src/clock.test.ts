import { createHook } from 'node:async_hooks';
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
  const { status, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 100_000 });
  expect({ status, signal }).toEqual({ status: 0, signal: null });
});

test('expecting timers of a delay adds none to those of a test, and keeps no process alive', () => {
  vi.useFakeTimers();
  systemClock.expectTimers?.(60_000);
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  const before = process.getActiveResourcesInfo();
  for (let delayMs = 60_000; delayMs < 60_100; delayMs += 1) systemClock.expectTimers?.(delayMs);
  systemClock.expectTimers?.(Infinity);
  expect(process.getActiveResourcesInfo()).toEqual(before);
});

test('keeps no more than 64 delays ready', () => {
  const made: number[] = [];
  const hook = createHook({ init: (id, type) => type === 'Timeout' && made.push(id) }).enable();
  try {
    for (let delayMs = 70_000; delayMs < 70_200; delayMs += 1) systemClock.expectTimers?.(delayMs);
  } finally {
    hook.disable();
  }
  expect(made.length).toBeLessThanOrEqual(64);
});

test('expecting timers of a delay keeps nothing of the request that did so in memory', () => {
  const script = `
    import { AsyncLocalStorage } from 'node:async_hooks';
    import { systemClock } from ${JSON.stringify(new URL('./clock.ts', import.meta.url).href)};
    const storage = new AsyncLocalStorage();
    let request = { id: 1 };
    const seen = new WeakRef(request);
    storage.run(request, () => systemClock.expectTimers?.(3_600_000));
    request = undefined;
    for (let turn = 0; turn < 3; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      gc();
    }
    process.exitCode = seen.deref() === undefined ? 0 : 1;
  `;
  const flags = ['--expose-gc', '--input-type=module', '-e', script];
  const { status, signal } = spawnSync(process.execPath, flags, { timeout: 100_000 });
  expect({ status, signal }).toEqual({ status: 0, signal: null });
});
