import { parallel, type WorkflowContext } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { clocked } from './__fixtures__/clocked.ts';
import { drip, read, streaming } from './__fixtures__/streams.ts';
import { TimeoutPrimitive } from './timeout-primitive.ts';

const E1 = new Error('the caller has left');

describe('timeoutMs', () => {
  it.each([
    ['with limits', { idleMs: 400 }],
    ['without limits', undefined],
  ])('C23 bounds the wait for a stream and not the stream, %s', async (_, stream) => {
    const it = clocked();
    let signal: AbortSignal | undefined;
    const work = (_input: number, context: WorkflowContext): AsyncGenerator<number> => {
      signal = context.signal;
      return drip(it, [60, 60, 60]);
    };
    const timeout = new TimeoutPrimitive(work, { timeoutMs: 100, graceMs: 0, stream });
    const reading = read(it, await timeout.execute(1, it.context));
    await it.clock.advance(180);
    expect(reading.chunks).toEqual([0, 1, 2]);
    expect(reading.status()).toBe('ended');
    expect(signal?.aborted).toBe(false);
    expect(timeout.getStats()).toMatchObject({ total: 1, successes: 1, lateSuccesses: 0 });
  });
});

describe('a caller who leaves a stream', () => {
  it.each([
    ['with limits', { idleMs: 400 }],
    ['without limits', undefined],
  ])('still reaches the step, and ends the stream, %s', async (_, stream) => {
    const controller = new AbortController();
    const it = clocked({ signal: controller.signal });
    let signal: AbortSignal | undefined;
    const work = (_input: number, context: WorkflowContext): AsyncGenerator<number> => {
      signal = context.signal;
      return drip(it, [5, 300]);
    };
    const timeout = new TimeoutPrimitive(work, { timeoutMs: 1_000, stream });
    const reading = read(it, await timeout.execute(1, it.context));
    await it.clock.advance(50);
    controller.abort(E1);
    expect(signal?.reason).toBe(E1);
    await it.clock.advance(0);
    expect(reading.error()).toBe(E1);
    expect(timeout.getStats()).toMatchObject(
      stream === undefined ? { total: 1, successes: 1 } : { total: 1, cancelled: 1 },
    );
  });

  it.each([
    ['with limits', { idleMs: 400 }],
    ['without limits', undefined],
  ])('still reaches the branches of a parallel, and ends each of their streams, %s', async (_, stream) => {
    const controller = new AbortController();
    const it = clocked({ signal: controller.signal });
    const signals: AbortSignal[] = [];
    const work = (_input: number, context: WorkflowContext): AsyncGenerator<number> => {
      signals.push(context.signal);
      return drip(it, [5, 300]);
    };
    const timeout = new TimeoutPrimitive(parallel([work, work]), { timeoutMs: 1_000, stream });
    const [first, second] = (await timeout.execute(1, it.context)).map((output) => read(it, output));
    await it.clock.advance(50);
    controller.abort(E1);
    await it.clock.advance(0);
    expect(signals.map(({ reason }) => reason)).toEqual([E1, E1]);
    expect([first?.error(), second?.error()]).toEqual([E1, E1]);
    expect(timeout.getStats()).toMatchObject({ total: 1, successes: 1 });
  });

  it('is not listened to any more when the stream has ended', async () => {
    const controller = new AbortController();
    const it = clocked({ signal: controller.signal });
    let signal: AbortSignal | undefined;
    const work = (_input: number, context: WorkflowContext): AsyncGenerator<number> => {
      signal = context.signal;
      return drip(it, [5]);
    };
    const reading = read(it, await new TimeoutPrimitive(work, { timeoutMs: 1_000 }).execute(1, it.context));
    await it.clock.advance(5);
    expect(reading.status()).toBe('ended');
    controller.abort(E1);
    expect(signal?.aborted).toBe(false);
  });

  it('nested: the outer idle limit is the one that surfaces', async () => {
    const it = clocked();
    const inner = streaming(() => drip(it, [5, 300]), { idleMs: 200 });
    const outer = new TimeoutPrimitive(inner, { timeoutMs: 1_000, stream: { idleMs: 40 }, operation: 'outer' });
    const reading = read(it, await outer.execute(1, it.context));
    await it.clock.advance(45);
    expect(reading.error()).toMatchObject({ operation: 'outer', phase: 'idle', chunks: 1 });
    expect(outer.getStats()).toMatchObject({ total: 1, failures: 1 });
    expect(inner.getStats()).toMatchObject({ total: 1, cancelled: 1 });
    expect(it.clock.pendingTimers).toBe(1); // the source's own
  });
});
