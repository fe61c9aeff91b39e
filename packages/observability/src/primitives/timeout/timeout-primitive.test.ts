import { WorkflowContext } from 'tta-dev-primitives';
import { recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { block, socketPair } from './__fixtures__/blocked-loop.ts';
import { clocked, hang, obey, reasonOf, watch } from './__fixtures__/clocked.ts';
import type { TimeoutError } from './timeout-error.ts';
import { TimeoutPrimitive } from './timeout-primitive.ts';

const E1 = new Error('first');
const E2 = new Error('second');
const QUICK = { timeoutMs: 100, graceMs: 0 };

describe('answers in time', () => {
  it('C01 passes an answer on and counts a success', async () => {
    const { clock, context, after } = clocked();
    const timeout = new TimeoutPrimitive(() => after(20, 'v'), QUICK);
    const answer = watch(timeout.execute(1, context));
    await clock.advance(20);
    expect(answer.settled).toEqual({ status: 'fulfilled', value: 'v' });
    expect(timeout.getStats()).toMatchObject({ total: 1, successes: 1, lateSuccesses: 0, averageMs: 20 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('C45 obeys fake timers that were installed after it was imported', async () => {
    vi.useFakeTimers();
    try {
      const timeout = new TimeoutPrimitive(hang, { timeoutMs: 50, graceMs: 50 });
      const answer = watch(timeout.execute(1));
      await vi.advanceTimersByTimeAsync(99);
      expect(answer.settled).toBeUndefined();
      await vi.advanceTimersByTimeAsync(1);
      await vi.advanceTimersByTimeAsync(1); // the turn of mercy
      expect(reasonOf(answer)).toMatchObject({ phase: 'hard' });
    } finally {
      vi.useRealTimers();
    }
  });

  it("C02 passes the step's own error on, the very same object, and counts an error", async () => {
    const { clock, context, failAfter } = clocked();
    const timeout = new TimeoutPrimitive(() => failAfter(20, E1), QUICK);
    const answer = watch(timeout.execute(1, context));
    await clock.advance(20);
    expect(reasonOf(answer)).toBe(E1);
    expect(timeout.getStats()).toMatchObject({ errors: 1, failures: 0, successes: 0, timeoutRate: 0 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('C03 turns a synchronous throw into a rejection', async () => {
    const { context } = clocked();
    const timeout = new TimeoutPrimitive(() => {
      throw E1;
    }, QUICK);
    await expect(timeout.execute(1, context)).rejects.toBe(E1);
    expect(timeout.getStats().errors).toBe(1);
  });

  it.each([
    ['C04 a plain value', 7],
    ['C28 undefined', undefined],
  ])('%s is an answer', async (_, value) => {
    const { context } = clocked();
    const timeout = new TimeoutPrimitive(() => value, QUICK);
    expect(await timeout.execute(1, context)).toBe(value);
    expect(timeout.getStats().successes).toBe(1);
  });

  it('C05 waits for a bare thenable', async () => {
    const { clock, context } = clocked();
    // biome-ignore lint/suspicious/noThenProperty: a bare thenable is what this is about.
    const thenable = { then: (resolve: (value: string) => void) => void clock.setTimer(() => resolve('th'), 10) };
    const answer = watch(
      new TimeoutPrimitive(() => thenable as unknown as PromiseLike<string>, QUICK).execute(1, context),
    );
    await clock.advance(10);
    expect(answer.settled).toEqual({ status: 'fulfilled', value: 'th' });
  });

  it.each([['str'], [undefined]])('C31 passes a rejection with %s on as it is', async (value) => {
    const { context } = clocked();
    const timeout = new TimeoutPrimitive(() => Promise.reject(value), QUICK);
    await expect(timeout.execute(1, context)).rejects.toBe(value);
    expect(timeout.getStats().errors).toBe(1);
  });

  it('C43 settles odd thenables as await does', async () => {
    const { context } = clocked();
    // biome-ignore-start lint/suspicious/noThenProperty: odd thenables are what this is about.
    const frozen = Object.freeze({ then: (resolve: (value: string) => void) => resolve('frozen') });
    const twice = {
      then(resolve: (value: string) => void, reject: (error: unknown) => void) {
        resolve('first');
        reject(E1);
      },
    };
    const broken = {
      get then(): never {
        throw E1;
      },
    };
    // biome-ignore-end lint/suspicious/noThenProperty: see above.
    const given = (thenable: object) => new TimeoutPrimitive(() => thenable as PromiseLike<string>, QUICK);
    expect(await given(frozen).execute(1, context)).toBe('frozen');
    expect(await given(twice).execute(1, context)).toBe('first');
    const failing = given(broken);
    await expect(failing.execute(1, context)).rejects.toBe(E1);
    expect(failing.getStats()).toMatchObject({ total: 1, errors: 1 });
  });

  it('C23 leaves the signal of a successful step alone', async () => {
    const { clock, context, after } = clocked();
    let signal: AbortSignal | undefined;
    const timeout = new TimeoutPrimitive((_: number, inner: WorkflowContext) => {
      signal = inner.signal;
      return after(10, 'v');
    }, QUICK);
    const answer = watch(timeout.execute(1, context));
    await clock.advance(160);
    expect(answer.settled?.status).toBe('fulfilled');
    expect(signal?.aborted).toBe(false);
  });

  it.each([Infinity, false] as const)('C19 arms no timer when timeoutMs is %s', async (timeoutMs) => {
    const { clock, context, after } = clocked();
    const timeout = new TimeoutPrimitive(() => after(20, 'v'), { timeoutMs });
    const answer = watch(timeout.execute(1, context));
    expect(clock.pendingTimers).toBe(1); // the step's own
    await clock.advance(20);
    expect(answer.settled?.status).toBe('fulfilled');
    expect(timeout.getStats().timeoutMs).toBe(Infinity);
  });

  it('C20 chains a timer that is longer than Node.js can wait', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    const timeout = new TimeoutPrimitive(() => new Promise((resolve) => setTimeout(() => resolve('v'), 20)), {
      timeoutMs: 2 ** 31,
    });
    expect(await timeout.execute(1)).toBe('v');
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
    expect(timeout.getStats().successes).toBe(1);
  });
});

describe('late answers', () => {
  it('C06 aborts the step at the deadline and passes that very error on', async () => {
    const { clock, context } = clocked();
    let signal: AbortSignal | undefined;
    const timeout = new TimeoutPrimitive(
      (input: number, inner: WorkflowContext) => {
        signal = inner.signal;
        return obey(input, inner);
      },
      { timeoutMs: 50, graceMs: 100, operation: 'answer' },
    );
    const answer = watch(timeout.execute(1, context));
    await clock.advance(49);
    expect(signal?.aborted).toBe(false);
    await clock.advance(1);
    expect(reasonOf(answer)).toBe(signal?.reason);
    expect(reasonOf(answer)).toMatchObject({ phase: 'soft', operation: 'answer', elapsedMs: 50 });
    expect(timeout.getStats()).toMatchObject({ failures: 1, abandoned: 0, timeoutRate: 1 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('C07 accepts a late answer within the grace period', async () => {
    const { clock, context, after } = clocked();
    const timeout = new TimeoutPrimitive(() => after(90, 'late'), { timeoutMs: 50, graceMs: 100 });
    const answer = watch(timeout.execute(1, context));
    await clock.advance(89);
    expect(answer.settled).toBeUndefined();
    await clock.advance(1);
    expect(answer.settled).toEqual({ status: 'fulfilled', value: 'late' });
    expect(timeout.getStats()).toMatchObject({ successes: 1, lateSuccesses: 1, failures: 0 });
  });

  it('C08 rejects work that never ends after deadline and grace', async () => {
    const { clock, context } = clocked();
    const timeout = new TimeoutPrimitive(hang, { timeoutMs: 50, graceMs: 50 });
    const answer = watch(timeout.execute(1, context));
    await clock.advance(99);
    expect(answer.settled).toBeUndefined();
    await clock.advance(1);
    const error = reasonOf(answer) as TimeoutError;
    expect(error).toMatchObject({ name: 'TimeoutError', phase: 'hard', elapsedMs: 100 });
    expect(error.cause).toMatchObject({ phase: 'soft', elapsedMs: 50 });
    expect(timeout.getStats()).toMatchObject({ failures: 1, abandoned: 1 });
    expect(clock.pendingTimers).toBe(0);
  });

  it.each([
    ['C09', 'resolved'],
    ['C10', 'rejected'],
  ] as const)('%s counts a result that is %s after the hard stop, and drops it', async (_, late) => {
    using recording = recordingObserver();
    const { clock, context, after, failAfter } = clocked();
    const timeout = new TimeoutPrimitive(() => (late === 'resolved' ? after(200, 'v') : failAfter(200, E1)), {
      timeoutMs: 50,
      graceMs: 50,
    });
    const answer = watch(timeout.execute(1, context));
    await clock.advance(100);
    expect(reasonOf(answer)).toMatchObject({ phase: 'hard' });
    await clock.advance(100);
    expect(timeout.getStats()).toMatchObject({ total: 1, failures: 1, discarded: 1, abandoned: 0 });
    expect(recording.factsOf('timeout.discarded')).toEqual([late]);
    expect(recording.factsOf('timeout.abandoned')).toEqual([1, -1]);
  });

  it('C29 reports another error of an aborted step as the cause of the timeout', async () => {
    const { clock, context, failAfter } = clocked();
    const timeout = new TimeoutPrimitive(() => failAfter(70, E2), { timeoutMs: 50, graceMs: 100 });
    const answer = watch(timeout.execute(1, context));
    await clock.advance(70);
    expect(reasonOf(answer)).toMatchObject({ name: 'TimeoutError', phase: 'soft', cause: E2, elapsedMs: 70 });
    expect(timeout.getStats()).toMatchObject({ failures: 1, errors: 0 });
  });

  it('C30 with notify states the deadline, aborts nothing, and passes an error on', async () => {
    using recording = recordingObserver();
    const { clock, context, failAfter } = clocked();
    let signal: AbortSignal | undefined;
    const timeout = new TimeoutPrimitive(
      (_: number, inner: WorkflowContext) => {
        signal = inner.signal;
        return failAfter(70, E2);
      },
      { timeoutMs: 50, graceMs: 50, softAction: 'notify' },
    );
    const answer = watch(timeout.execute(1, context));
    await clock.advance(60);
    expect(recording.factsOf('timeout.phase')).toEqual(['soft']);
    expect(signal?.aborted).toBe(false);
    await clock.advance(10);
    expect(reasonOf(answer)).toBe(E2);
    expect(timeout.getStats()).toMatchObject({ errors: 1, failures: 0 });
  });

  it('C30 with notify aborts and rejects at the hard stop', async () => {
    const { clock, context } = clocked();
    let signal: AbortSignal | undefined;
    const timeout = new TimeoutPrimitive(
      (_: number, inner: WorkflowContext) => {
        signal = inner.signal;
        expect(inner.remainingMs()).toBe(100);
        return hang();
      },
      { timeoutMs: 50, graceMs: 50, softAction: 'notify' },
    );
    const answer = watch(timeout.execute(1, context));
    await clock.advance(100);
    expect(reasonOf(answer)).toMatchObject({ phase: 'hard' });
    expect(signal?.reason).toBe(reasonOf(answer));
  });

  it.each([
    [50, 'successes', { successes: 1, lateSuccesses: 0 }],
    [51, 'late', { successes: 1, lateSuccesses: 1 }],
    [100, 'late', { successes: 1, lateSuccesses: 1 }],
    [101, 'timeout', { successes: 0, failures: 1, discarded: 1 }],
  ])('C34 judges an answer after %i ms by the time that has passed', async (ms, _, stats) => {
    const { clock, context, after } = clocked();
    const timeout = new TimeoutPrimitive(() => after(ms, 'v'), { timeoutMs: 50, graceMs: 50 });
    const answer = watch(timeout.execute(1, context));
    await clock.advance(200);
    expect(answer.settled).toBeDefined();
    expect(timeout.getStats()).toMatchObject({ total: 1, ...stats });
  });

  it('C21 gives an answer that was ready while the event loop was blocked', async () => {
    const { near, far } = await socketPair();
    const read = () => new Promise((resolve) => near.once('data', resolve));
    const timeout = new TimeoutPrimitive(read, { timeoutMs: 20, graceMs: 0 });
    const answer = timeout.execute(1);
    far.write('ready');
    block(60);
    expect((await Promise.allSettled([answer]))[0]?.status).toBe('fulfilled');
    expect(timeout.getStats()).toMatchObject({ total: 1, lateSuccesses: 1, failures: 0 });
    for (const socket of [near, far]) socket.destroy();
  });

  it('C22 accepts the answer of a step that blocked the event loop', async () => {
    const timeout = new TimeoutPrimitive(
      () => {
        block(60);
        return 'blk';
      },
      { timeoutMs: 20, graceMs: 0 },
    );
    expect(await timeout.execute(1)).toBe('blk');
    expect(timeout.getStats().lateSuccesses).toBe(1);
  });

  it('C44 settles once when the clock jumps past deadline and grace', async () => {
    using recording = recordingObserver();
    const { clock, context } = clocked();
    const timeout = new TimeoutPrimitive(hang, { timeoutMs: 50, graceMs: 50 });
    const answer = watch(timeout.execute(1, context));
    await clock.jump(3_600_000);
    expect(reasonOf(answer)).toMatchObject({ phase: 'hard', elapsedMs: 3_600_000, lagMs: 3_599_900 });
    expect(recording.factsOf('timeout.phase')).toEqual(['soft', 'hard']);
    expect(recording.factsOf('timeout.lagMs')).toEqual([3_599_950]);
    expect(timeout.getStats()).toMatchObject({ total: 1, failures: 1 });
  });

  it('closes a stream that comes after the hard stop', async () => {
    const { clock, context, after } = clocked();
    let isClosed = false;
    const stream = {
      [Symbol.asyncIterator]: () => ({
        next: hang,
        return: async () => {
          isClosed = true;
          return { done: true as const, value: undefined };
        },
      }),
    };
    watch(new TimeoutPrimitive(() => after(200, stream), QUICK).execute(1, context));
    await clock.advance(200);
    expect(isClosed).toBe(true);
  });
});

describe('limits', () => {
  it('C26 takes what the deadline of the context leaves', async () => {
    const { clock } = clocked();
    const context = new WorkflowContext({ clock, deadline: 40 });
    const timeout = new TimeoutPrimitive(hang, { timeoutMs: 200 });
    const answer = watch(timeout.execute(1, context));
    await clock.advance(45);
    expect(reasonOf(answer)).toMatchObject({ timeoutMs: 40, phase: 'hard' });
    expect(timeout.getStats().failures).toBe(1);
  });

  it('tells the step its deadline', async () => {
    const { context } = clocked();
    const timeout = new TimeoutPrimitive((_: number, inner: WorkflowContext) => inner.remainingMs(), QUICK);
    expect(await timeout.execute(1, context)).toBe(100);
  });

  it('asks a function for the limit of each execution', async () => {
    const { clock, context } = clocked();
    const timeout = new TimeoutPrimitive(hang, { timeoutMs: (length: number) => length * 10, graceMs: 0 });
    const answers = [watch(timeout.execute(1, context)), watch(timeout.execute(2, context))];
    await clock.advance(10);
    expect(answers.map(({ settled }) => settled?.status)).toEqual(['rejected', undefined]);
    await clock.advance(10);
    expect(reasonOf(answers[1] ?? (answers[0] as never))).toMatchObject({ timeoutMs: 20 });
    expect(timeout.getStats().timeoutMs).toBe('dynamic');
  });

  it('hears the rejection of a limit that is asynchronous', async () => {
    const limit = async (): Promise<never> => {
      throw new Error('no limit');
    };
    const timeout = new TimeoutPrimitive(() => 1, { timeoutMs: limit as unknown as () => number });
    await expect(timeout.execute(1)).rejects.toThrow(RangeError);
    await new Promise((resolve) => setImmediate(resolve)); // an unheard rejection would fail the run
  });

  it.each([0, -1, Number.NaN, 'soon', undefined])('C40 rejects when timeoutMs() gives %s', async (limit) => {
    using recording = recordingObserver();
    let isCalled = false;
    const timeout = new TimeoutPrimitive(
      () => {
        isCalled = true;
      },
      { timeoutMs: () => limit as number },
    );
    await expect(timeout.execute(1)).rejects.toThrow(RangeError);
    expect(isCalled).toBe(false);
    expect(timeout.getStats()).toMatchObject({ total: 1, errors: 1 });
    expect(recording.factsOf('timeout.outcome')).toEqual(['error']);
  });
});
