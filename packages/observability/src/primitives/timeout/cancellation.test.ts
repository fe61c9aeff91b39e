import { AsyncLocalStorage } from 'node:async_hooks';
import { parallel, registerObserver, WorkflowContext } from 'tta-dev-primitives';
import { recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { type Clocked, clocked, hang, obey, reasonOf, type Watched, watch } from './__fixtures__/clocked.ts';
import { isTimeoutError } from './timeout-error.ts';
import { TimeoutPrimitive } from './timeout-primitive.ts';

const E1 = new Error('the caller has left');

interface Cancellable extends Clocked {
  readonly cancel: (reason: unknown) => void;
  readonly signal: AbortSignal;
}

function cancellable(): Cancellable {
  const controller = new AbortController();
  const { signal } = controller;
  return { ...clocked({ signal }), signal, cancel: (reason) => controller.abort(reason) };
}

async function oneTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('a caller who leaves', () => {
  it('C11 is refused before the start, and counted', async () => {
    using recording = recordingObserver();
    let isCalled = false;
    const timeout = new TimeoutPrimitive(
      () => {
        isCalled = true;
      },
      { timeoutMs: 100, operation: 'answer' },
    );
    const context = new WorkflowContext({ signal: AbortSignal.abort(E1) });
    await expect(timeout.execute(1, context)).rejects.toBe(E1);
    expect(isCalled).toBe(false);
    expect(timeout.getStats()).toMatchObject({ total: 1, cancelled: 1, timeoutRate: 0 });
    expect(recording.executions[0]?.facts).toEqual([
      { name: 'timeout.operation', value: 'answer' },
      { name: 'timeout.outcome', value: 'cancelled' },
    ]);
  });

  it('C12 gets its own reason from a step that obeys', async () => {
    const { clock, context, cancel } = cancellable();
    const timeout = new TimeoutPrimitive(obey, { timeoutMs: 100 });
    const answer = watch(timeout.execute(1, context));
    await clock.advance(20);
    cancel(E1);
    await oneTurn();
    expect(reasonOf(answer)).toBe(E1);
    expect(timeout.getStats()).toMatchObject({ total: 1, cancelled: 1, abandoned: 0 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('C13 is answered within one turn even if the step ignores its signal', async () => {
    const { clock, context, cancel, after } = cancellable();
    const timeout = new TimeoutPrimitive(() => after(60, 'v'), { timeoutMs: 150 });
    const answer = watch(timeout.execute(1, context));
    await clock.advance(20);
    cancel(E1);
    await oneTurn();
    await oneTurn();
    expect(reasonOf(answer)).toBe(E1);
    expect(timeout.getStats()).toMatchObject({ cancelled: 1, abandoned: 1, discarded: 0 });
    await clock.advance(40);
    expect(timeout.getStats()).toMatchObject({ total: 1, cancelled: 1, abandoned: 0, discarded: 1 });
  });

  it('C39 is answered with its reason during the grace period too', async () => {
    const { clock, context, cancel } = cancellable();
    const timeout = new TimeoutPrimitive(hang, { timeoutMs: 50, graceMs: 100 });
    const answer = watch(timeout.execute(1, context));
    await clock.advance(80);
    cancel(E1);
    await oneTurn();
    await oneTurn();
    expect(reasonOf(answer)).toBe(E1);
    expect(timeout.getStats()).toMatchObject({ total: 1, cancelled: 1, failures: 0 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('gets its reason, not the value that arrives in that turn', async () => {
    const { clock, context, cancel } = cancellable();
    const timeout = new TimeoutPrimitive(
      (_: number, inner: WorkflowContext) =>
        new Promise((resolve) => {
          inner.onAbort(() => resolve('partial'));
        }),
      { timeoutMs: 50, graceMs: 100 },
    );
    const answer = watch(timeout.execute(1, context));
    await clock.advance(20);
    cancel(E1);
    await oneTurn();
    expect(reasonOf(answer)).toBe(E1);
    expect(timeout.getStats()).toMatchObject({ cancelled: 1, abandoned: 0, discarded: 0 });
  });

  it('C42 may be the step itself', async () => {
    const { context, cancel } = cancellable();
    const timeout = new TimeoutPrimitive(
      () => {
        cancel(E1);
        return 'v';
      },
      { timeoutMs: 100 },
    );
    await expect(timeout.execute(1, context)).rejects.toBe(E1);
    expect(timeout.getStats()).toMatchObject({ total: 1, cancelled: 1 });
  });

  it.each([0, 50])('may leave because the soft deadline has passed, with %i ms of grace', async (graceMs) => {
    const { clock, context, cancel } = cancellable();
    const timeout = new TimeoutPrimitive(
      (_: number, inner: WorkflowContext) => {
        inner.onAbort(() => cancel(E1));
        return hang();
      },
      { timeoutMs: 100, graceMs },
    );
    const answer = watch(timeout.execute(1, context));
    await clock.advance(100);
    expect(reasonOf(answer)).toBe(E1);
    expect(timeout.getStats()).toMatchObject({ total: 1, cancelled: 1, abandoned: 1 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('C24 is not listened to any more after 1000 answers', async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...given: Parameters<typeof add>) => {
      listeners += 1;
      add(...given);
    };
    signal.removeEventListener = (...given: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...given);
    };
    const timeout = new TimeoutPrimitive(() => 'v', { timeoutMs: 100_000 });
    const context = new WorkflowContext({ signal });
    const running = Array.from({ length: 1000 }, () => timeout.execute(1, context));
    expect(listeners).toBe(1000);
    await Promise.all(running);
    expect(listeners).toBe(0);
  });

  it('C25 leaves no timer behind after 1000 answers', async () => {
    const { clock, context } = clocked();
    const timeout = new TimeoutPrimitive(() => 'v', { timeoutMs: 100_000 });
    await Promise.all(Array.from({ length: 1000 }, () => timeout.execute(1, context)));
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('timeouts inside timeouts', () => {
  function nested(
    work: ConstructorParameters<typeof TimeoutPrimitive<number, unknown>>[0],
    innerMs: number,
    outerMs: number,
  ) {
    const inner = new TimeoutPrimitive(work, { timeoutMs: innerMs, graceMs: 5_000, operation: 'inner' });
    const outer = new TimeoutPrimitive(inner, { timeoutMs: outerMs, graceMs: 200, operation: 'outer' });
    return { inner, outer };
  }

  it('C14 an inner timeout is an error to the outer one', async () => {
    const { clock, context } = clocked();
    const { inner, outer } = nested(obey, 40, 200);
    const answer = watch(outer.execute(1, context));
    await clock.advance(40);
    expect(reasonOf(answer)).toMatchObject({ operation: 'inner', phase: 'soft' });
    expect(inner.getStats()).toMatchObject({ total: 1, failures: 1 });
    expect(outer.getStats()).toMatchObject({ total: 1, errors: 1, failures: 0 });
  });

  it("C15 an outer timeout's own error surfaces, and the inner one counts as cancelled", async () => {
    using recording = recordingObserver();
    const { clock, context } = clocked();
    const { inner, outer } = nested(obey, 200, 40);
    const answer = watch(outer.execute(1, context));
    await clock.advance(40);
    expect(reasonOf(answer)).toMatchObject({ operation: 'outer', phase: 'soft' });
    const reasons = recording.executions.map(({ context: { signal } }) => signal.reason);
    expect(reasons.slice(1)).toEqual([reasonOf(answer), reasonOf(answer)]);
    expect(inner.getStats()).toMatchObject({ total: 1, cancelled: 1, abandoned: 0 });
    expect(outer.getStats()).toMatchObject({ total: 1, failures: 1 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('C15 holds on the clock of the machine, whose timers cut fractions', async () => {
    const { inner, outer } = nested(obey, 20, 20);
    const answers = Array.from({ length: 20 }, async () => {
      const context = new WorkflowContext();
      await oneTurn();
      return outer.execute(1, context);
    });
    for (const answer of await Promise.allSettled(answers)) {
      expect(answer).toMatchObject({ status: 'rejected', reason: { operation: 'outer' } });
    }
    expect(inner.getStats()).toMatchObject({ cancelled: 20, failures: 0 });
  });

  it('C51 an inner timeout lets a partial answer through to the outer one', async () => {
    const { clock, context, after } = clocked();
    const { inner, outer } = nested(
      (_, { signal }) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve(after(30, 'partial')))),
      1000,
      40,
    );
    const answer = watch(outer.execute(1, context));
    await clock.advance(70);
    expect(answer.settled).toEqual({ status: 'fulfilled', value: 'partial' });
    expect(inner.getStats()).toMatchObject({ total: 1, cancelled: 1 });
    expect(outer.getStats()).toMatchObject({ total: 1, lateSuccesses: 1 });
  });

  it('an outer hard stop ends what an inner timeout has passed on', async () => {
    const { clock, context } = clocked();
    const { inner, outer } = nested(hang, 1000, 40);
    const answer = watch(outer.execute(1, context));
    await clock.advance(240);
    expect(reasonOf(answer)).toMatchObject({ operation: 'outer', phase: 'hard' });
    expect(inner.getStats()).toMatchObject({ total: 1, cancelled: 1, abandoned: 0 });
    expect(outer.getStats()).toMatchObject({ total: 1, failures: 1, abandoned: 1 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('the hard stop of an outer timeout is like a caller who leaves', async () => {
    const { clock, context } = clocked();
    const inner = new TimeoutPrimitive(hang, { timeoutMs: 1000, operation: 'inner' });
    const outer = new TimeoutPrimitive(inner, { timeoutMs: 40, graceMs: 60, softAction: 'notify', operation: 'outer' });
    const answer = watch(outer.execute(1, context));
    await clock.advance(100);
    expect(reasonOf(answer)).toMatchObject({ operation: 'outer', phase: 'hard' });
    expect(inner.getStats()).toMatchObject({ total: 1, cancelled: 1, abandoned: 1 });
    expect(outer.getStats()).toMatchObject({ total: 1, failures: 1, abandoned: 0, discarded: 1 });
  });

  it('C49 a failing branch cancels a timeout beside it', async () => {
    const { clock, context, failAfter } = clocked();
    const beside = new TimeoutPrimitive(obey, { timeoutMs: 100 });
    const answer = watch(parallel([beside, () => failAfter(20, E1)]).execute(1, context));
    await clock.advance(20);
    expect(reasonOf(answer)).toBe(E1);
    expect(beside.getStats()).toMatchObject({ total: 1, cancelled: 1 });
  });
});

describe('a fallback', () => {
  const cached = (): string => 'cached';

  it('C46 runs with a signal of its own when the step was too slow', async () => {
    const { clock, context } = clocked();
    let inner: WorkflowContext | undefined;
    const timeout = new TimeoutPrimitive<number, string>(hang, {
      timeoutMs: 50,
      graceMs: 50,
      fallback: (_, given) => {
        inner = given;
        return 'cached';
      },
    });
    const answer = watch(timeout.execute(1, context));
    await clock.advance(100);
    expect(answer.settled).toEqual({ status: 'fulfilled', value: 'cached' });
    expect(inner?.signal.aborted).toBe(false);
    expect(inner?.remainingMs()).toBe(50);
    expect(timeout.getStats()).toMatchObject({ total: 1, failures: 1 });
  });

  it('does not run for an error of the step', async () => {
    const timeout = new TimeoutPrimitive<number, string>(() => Promise.reject(E1), { timeoutMs: 50, fallback: cached });
    await expect(timeout.execute(1)).rejects.toBe(E1);
  });

  async function bothFailed(answer: Watched<unknown>): Promise<AggregateError> {
    const error = reasonOf(answer) as AggregateError;
    expect(error).toBeInstanceOf(AggregateError);
    expect(error.cause).toMatchObject({ phase: 'hard', operation: 'answer' });
    expect(error.errors[0]).toBe(error.cause);
    return error;
  }

  it('C41 that fails leaves both failures within reach', async () => {
    const { clock, context } = clocked();
    const fallback = () => Promise.reject(E1);
    const options = { timeoutMs: 50, graceMs: 0, fallback, operation: 'answer' };
    const timeout = new TimeoutPrimitive<number, string>(hang, options);
    const answer = watch(timeout.execute(1, context));
    await clock.advance(50);
    expect((await bothFailed(answer)).errors[1]).toBe(E1);
    expect(timeout.getStats()).toMatchObject({ total: 1, failures: 1, errors: 0 });
  });

  it.each([
    ['its own limit', { timeoutMs: 50, fallbackTimeoutMs: 20 }, Infinity, 70],
    ['the same limit again', { timeoutMs: 50 }, Infinity, 100],
    ['the deadline of the caller', { timeoutMs: 50 }, 80, 85],
  ])('C41 is stopped by %s', async (_, limits, deadline, endsAt) => {
    const { clock } = clocked();
    const context = new WorkflowContext({ clock, deadline });
    const options = { ...limits, graceMs: 0, fallback: hang, operation: 'answer' };
    const timeout = new TimeoutPrimitive<number, string>(hang, options);
    const answer = watch(timeout.execute(1, context));
    await clock.advance(endsAt - 1);
    expect(answer.settled).toBeUndefined();
    await clock.advance(1);
    expect((await bothFailed(answer)).errors[1]).toMatchObject({ operation: 'answer.fallback' });
    expect(timeout.getStats()).toMatchObject({ total: 1, failures: 1 });
  });

  it('is given up when the caller leaves', async () => {
    const { clock, context, cancel } = cancellable();
    const timeout = new TimeoutPrimitive<number, string>(hang, { timeoutMs: 50, graceMs: 0, fallback: hang });
    const answer = watch(timeout.execute(1, context));
    await clock.advance(60);
    cancel(E1);
    await oneTurn();
    await oneTurn();
    expect(reasonOf(answer)).toBe(E1);
  });
});

describe('a good guest', () => {
  it('C33 is not disturbed by an observer that throws', async () => {
    const errors: unknown[] = [];
    const unregister = registerObserver(
      {
        async observe(_, run) {
          await run(() => {
            throw E1;
          });
        },
      },
      { onError: (error) => errors.push(error) },
    );
    const { clock, context, after } = clocked();
    const timeout = new TimeoutPrimitive(() => after(20, 'v'), { timeoutMs: 100 });
    const answer = watch(timeout.execute(1, context));
    await clock.advance(20);
    unregister();
    expect(answer.settled).toEqual({ status: 'fulfilled', value: 'v' });
    expect(timeout.getStats()).toMatchObject({ total: 1, successes: 1 });
    expect(errors).toEqual([E1, E1, E1, E1]); // operation, limit, grace, outcome
  });

  it('C36 keeps the asynchronous context, for late results too', async () => {
    const store = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const unregister = registerObserver({
      async observe(_, run) {
        await run((name) => {
          if (name === 'timeout.phase' || name === 'timeout.discarded') seen.push(store.getStore());
        });
      },
    });
    const { promise: work, resolve: answer } = Promise.withResolvers<string>();
    const timeout = new TimeoutPrimitive(() => work, { timeoutMs: 10, graceMs: 10 });
    await store.run('mine', () => Promise.allSettled([timeout.execute(1)]));
    answer('too late');
    await expect.poll(() => seen).toEqual(['mine', 'mine', 'mine']);
    unregister();
  });

  it('C32 throws an error that tells everything', async () => {
    const { clock } = clocked();
    const context = new WorkflowContext({ clock, attempt: 2 });
    const timeout = new TimeoutPrimitive(hang, { timeoutMs: 50, graceMs: 25, operation: 'answer' });
    const answer = watch(timeout.execute(1, context));
    await clock.advance(75);
    const error = reasonOf(answer);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      ...{ name: 'TimeoutError', code: 'ERR_TTA_TIMEOUT', operation: 'answer', timeoutMs: 50, graceMs: 25 },
      ...{ elapsedMs: 75, lagMs: 0, phase: 'hard', attempt: 2, retryable: true },
    });
    expect(isTimeoutError(error, timeout)).toBe(true);
    expect(isTimeoutError(error, { operation: 'another' })).toBe(false);
  });
});
