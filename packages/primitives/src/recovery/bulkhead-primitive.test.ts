import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WorkflowContext } from '../context.ts';
import { type ManualClock, manualClock, recordingObserver } from '../testing/index.ts';
import { BulkheadFullError, BulkheadPrimitive } from './bulkhead-primitive.ts';

/** Work that takes as long as its input says. */
function busyOn(clock: ManualClock): (workMs: number) => Promise<number> {
  return (workMs) => new Promise((resolve) => clock.setTimer(() => resolve(workMs), workMs));
}

describe('a bulkhead', () => {
  it('runs so many at once, lets so many wait, and refuses the others', async () => {
    using recording = recordingObserver();
    const clock = manualClock();
    const pool = new BulkheadPrimitive(busyOn(clock), { maxConcurrent: 1, maxQueued: 1, operation: 'pool' });
    const context = new WorkflowContext({ clock });
    const answers = [10, 20, 30].map((workMs) => pool.execute(workMs, context));
    await expect(answers[2]).rejects.toMatchObject({
      name: 'BulkheadFullError',
      code: 'ERR_TTA_BULKHEAD_FULL',
      message: 'pool: 1 executions are running and 1 are waiting; no more are admitted',
      retryable: false,
    });
    expect(pool.getStats()).toEqual({
      operation: 'pool',
      total: 3,
      running: 1,
      queued: 1,
      admitted: 1,
      rejected: 1,
      left: 0,
    });
    expect(String(pool)).toBe('BulkheadPrimitive(pool: 1/1 running, 1 queued)');
    await clock.advance(30);
    expect(await Promise.all(answers.slice(0, 2))).toEqual([10, 20]);
    expect(recording.factsOf('bulkhead.outcome')).toEqual(['admitted', 'rejected', 'queued']);
    expect(recording.factsOf('bulkhead.queuedMs')).toEqual([10]);
    expect(pool.getStats()).toMatchObject({ running: 0, queued: 0, admitted: 2 });
  });

  it('serves those who wait in the order in which they came', async () => {
    const clock = manualClock();
    const order: number[] = [];
    const work = async (input: number): Promise<void> => {
      order.push(input);
      await busyOn(clock)(10);
    };
    const pool = new BulkheadPrimitive(work, { maxConcurrent: 1, maxQueued: Infinity });
    const running = [1, 2, 3, 4].map((input) => pool.execute(input, new WorkflowContext({ clock })));
    await clock.advance(40);
    await Promise.all(running);
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it('keeps the place of a stream until that has ended', async () => {
    const pool = new BulkheadPrimitive(
      async function* () {
        yield 'first';
        yield 'second';
      },
      { maxConcurrent: 1 },
    );
    const stream = await pool.execute(undefined);
    await expect(pool.execute(undefined)).rejects.toBeInstanceOf(BulkheadFullError);
    for await (const _chunk of stream) break;
    expect(pool.getStats().running).toBe(0);
  });

  it('gives the place of work that fails back', async () => {
    const pool = new BulkheadPrimitive(
      () => {
        throw new Error('down');
      },
      { maxConcurrent: 1 },
    );
    for (let execution = 0; execution < 3; execution += 1)
      await expect(pool.execute(undefined)).rejects.toThrow('down');
    expect(pool.getStats()).toMatchObject({ running: 0, rejected: 0 });
  });

  it('lets who waits leave at once', async () => {
    using recording = recordingObserver();
    const clock = manualClock();
    const pool = new BulkheadPrimitive(busyOn(clock), { maxConcurrent: 1, maxQueued: 1 });
    const running = pool.execute(10, new WorkflowContext({ clock }));
    const controller = new AbortController();
    const reason = new Error('left');
    const waiting = pool.execute(20, new WorkflowContext({ clock, signal: controller.signal }));
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(pool.getStats()).toMatchObject({ running: 1, queued: 0 });
    await clock.advance(10);
    await running;
    expect(recording.factsOf('bulkhead.outcome')).toEqual(['admitted', 'cancelled']);
  });

  it('lets nobody wait past the deadline, when no owner of it acts', async () => {
    using recording = recordingObserver();
    const clock = manualClock();
    const pool = new BulkheadPrimitive(busyOn(clock), { maxConcurrent: 1, maxQueued: 2 });
    const running = pool.execute(200, new WorkflowContext({ clock }));
    const waiting = pool.execute(20, new WorkflowContext({ clock, deadline: 100 }));
    const patient = pool.execute(30, new WorkflowContext({ clock, deadline: 1_000 }));
    waiting.catch(() => {});
    await clock.advance(100 + 5);
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(pool.getStats()).toMatchObject({ running: 1, queued: 1 });
    await clock.advance(200);
    expect(await Promise.all([running, patient])).toEqual([200, 30]);
    expect(recording.factsOf('bulkhead.outcome')).toEqual(['admitted', 'out_of_time', 'queued']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('passes a place on that was given to somebody who leaves in the same moment', async () => {
    const pool = new BulkheadPrimitive(
      async function* () {
        yield 'chunk';
      },
      { maxConcurrent: 1, maxQueued: 2 },
    );
    const reading = (await pool.execute(undefined))[Symbol.asyncIterator]();
    const controller = new AbortController();
    const leaving = pool.execute(undefined, new WorkflowContext({ signal: controller.signal }));
    const patient = pool.execute(undefined);
    await Promise.resolve();
    void reading.return?.(undefined);
    controller.abort(new Error('left'));
    await expect(leaving).rejects.toThrow('left');
    for await (const chunk of await patient) expect(chunk).toBe('chunk');
    expect(pool.getStats()).toMatchObject({ running: 0, queued: 0, admitted: 2 });
  });

  it('never runs more at once than it may, and loses no place, whoever leaves when', async () => {
    const call = fc.record({
      startMs: fc.integer({ min: 0, max: 50 }),
      workMs: fc.integer({ min: 0, max: 30 }),
      leaveMs: fc.option(fc.integer({ min: 0, max: 80 }), { nil: undefined }),
      dueMs: fc.option(fc.integer({ min: 0, max: 80 }), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 20 }), fc.integer({ min: 1, max: 3 }), async (calls, places) => {
        const clock = manualClock();
        let running = 0;
        let most = 0;
        const work = async (workMs: number): Promise<void> => {
          running += 1;
          most = Math.max(most, running);
          await busyOn(clock)(workMs);
          running -= 1;
        };
        const pool = new BulkheadPrimitive(work, { maxConcurrent: places, maxQueued: 5 });
        for (const { startMs, workMs, leaveMs, dueMs } of calls) {
          const controller = new AbortController();
          const context = new WorkflowContext({ clock, signal: controller.signal, deadline: dueMs });
          clock.setTimer(() => void pool.execute(workMs, context).catch(() => {}), startMs);
          if (leaveMs !== undefined) clock.setTimer(() => controller.abort(new Error('left')), leaveMs);
        }
        await clock.advance(1_000);
        expect(most).toBeLessThanOrEqual(places);
        expect(pool.getStats()).toMatchObject({ running: 0, queued: 0 });
        expect(clock.pendingTimers).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});
