import { describe, expect, it } from 'vitest';
import { within } from './bounded-wait.ts';
import { backgroundClock } from './clock.ts';
import { manualClock } from './testing/index.ts';

const late = (): never => {
  throw new Error('late');
};

describe('a bounded wait', () => {
  it('gives what the work gives in time, and leaves no timer', async () => {
    const clock = manualClock();
    expect(await within(clock, 50, () => 'at once', late)).toBe('at once');
    expect(await within(clock, 50, async () => 'soon', late)).toBe('soon');
    expect(clock.pendingTimers).toBe(0);
  });

  it('rejects as the work does, also work that throws', async () => {
    const clock = manualClock();
    const fail = (): never => {
      throw new Error('failed');
    };
    await expect(within(clock, 50, fail, late)).rejects.toThrow('failed');
    await expect(within(clock, 50, async () => fail(), late)).rejects.toThrow('failed');
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends when the time is over, with what late gives or throws', async () => {
    const clock = manualClock();
    const never = (): Promise<string> => new Promise(() => {});
    const [given, thrown] = [within(clock, 50, never, () => 'instead'), within(clock, 50, never, late)];
    thrown.catch(() => {});
    await clock.advance(49);
    expect(await Promise.race([given, 'pending'])).toBe('pending');
    await clock.advance(1);
    expect(await given).toBe('instead');
    await expect(thrown).rejects.toThrow('late');
  });

  it('drops what the work does afterwards', async () => {
    const clock = manualClock();
    const work = Promise.withResolvers<string>();
    const given = within(
      clock,
      50,
      () => work.promise,
      () => 'instead',
    );
    await clock.advance(50);
    expect(await given).toBe('instead');
    work.reject(new Error('too late')); // an unheard rejection would fail the run
  });

  it('takes an answer that has arrived while the event loop was blocked', async () => {
    const fired: (() => void)[] = [];
    const clock = { setTimer: (callback: () => void) => ({ cancel: () => {}, fire: fired.push(callback) }) };
    const work = Promise.withResolvers<string>();
    let isLate = false;
    const given = within(
      clock,
      50,
      () => work.promise,
      () => void (isLate = true),
    );
    fired[0]?.(); // the timer first, and the answer in the same turn
    work.resolve('arrived');
    expect(await given).toBe('arrived');
    await new Promise((resolve) => setImmediate(resolve));
    expect(isLate).toBe(false);
  });
});

describe('the clock of the background', () => {
  it('lets the process end, and is the given clock otherwise', async () => {
    const clock = manualClock();
    const calls: string[] = [];
    const timed = {
      ...clock,
      now: () => clock.now(),
      epochMs: () => clock.epochMs(),
      setTimer: (callback: () => void, delayMs: number) => {
        const timer = clock.setTimer(callback, delayMs);
        return { cancel: () => timer.cancel(), unref: () => void calls.push('unref') };
      },
    };
    const background = backgroundClock(timed);
    background.setTimer(() => calls.push('fired'), 20);
    expect(background.now()).toBe(clock.now());
    expect(background.epochMs()).toBe(clock.epochMs());
    await clock.advance(20);
    expect(calls).toEqual(['unref', 'fired']);
  });
});
