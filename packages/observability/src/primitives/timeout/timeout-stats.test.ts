import { recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { clocked, hang, watch } from './__fixtures__/clocked.ts';
import { TimeoutPrimitive } from './timeout-primitive.ts';

const QUICK = { timeoutMs: 100, graceMs: 0 };

describe('facts and statistics', () => {
  it('states its operation first, and one outcome', async () => {
    using recording = recordingObserver();
    const { clock, context, after } = clocked();
    const timeout = new TimeoutPrimitive(() => after(90, 'late'), { timeoutMs: 50, graceMs: 100, operation: 'answer' });
    watch(timeout.execute(1, context));
    await clock.advance(90);
    expect(recording.executions[0]).toMatchObject({ kind: 'timeout', name: 'answer', ending: { status: 'success' } });
    expect(recording.executions[0]?.facts).toEqual([
      { name: 'timeout.operation', value: 'answer' },
      { name: 'timeout.limitMs', value: 50 },
      { name: 'timeout.graceMs', value: 100 },
      { name: 'timeout.phase', value: 'soft' },
      { name: 'timeout.lagMs', value: 0 },
      { name: 'timeout.outcome', value: 'late_success' },
    ]);
  });

  it('is named after its step unless it is given a name', () => {
    const summarize = (text: string): string => text;
    expect(new TimeoutPrimitive(summarize, QUICK).operation).toBe('summarize');
    expect(new TimeoutPrimitive(summarize, { ...QUICK, operation: 'short' }).name).toBe('short');
  });

  it('tells its statistics, and itself in one line', async () => {
    const { clock, context, after } = clocked();
    const timeout = new TimeoutPrimitive((ms: number) => after(ms, 'v'), {
      timeoutMs: 50,
      graceMs: 50,
      operation: 'answer',
    });
    const answers = [10, 90, 500].map((ms) => watch(timeout.execute(ms, context)));
    await clock.advance(100);
    expect(answers.every(({ settled }) => settled !== undefined)).toBe(true);
    expect(timeout.getStats()).toEqual({
      operation: 'answer',
      total: 3,
      successes: 2,
      lateSuccesses: 1,
      errors: 0,
      failures: 1,
      cancelled: 0,
      discarded: 0,
      abandoned: 1,
      timeoutRate: 1 / 3,
      averageMs: (10 + 90 + 100) / 3,
      timeoutMs: 50,
      graceMs: 50,
    });
    expect(String(timeout)).toBe('TimeoutPrimitive(answer: 1/3 timed out, timeoutMs=50, graceMs=50)');
  });

  it('leaves cancelled executions out of the rate and the average', async () => {
    const caller = new AbortController();
    const { clock, context } = clocked({ signal: caller.signal });
    const timeout = new TimeoutPrimitive((isQuick: boolean) => (isQuick ? 'v' : hang()), { timeoutMs: 50, graceMs: 0 });
    watch(timeout.execute(false, context));
    await clock.advance(50);
    watch(timeout.execute(false, context));
    await clock.advance(30);
    caller.abort();
    await clock.advance(0);
    expect(timeout.getStats()).toMatchObject({ total: 2, failures: 1, cancelled: 1, timeoutRate: 1, averageMs: 50 });
  });

  it('has a rate of 0 when nothing was judged', () => {
    expect(new TimeoutPrimitive(hang, QUICK).getStats()).toMatchObject({ total: 0, timeoutRate: 0, averageMs: 0 });
  });

  it('tracks timeouts in the state of the context when asked to', async () => {
    const { clock, context } = clocked();
    const tracking = new TimeoutPrimitive(hang, { ...QUICK, operation: 'answer', trackTimeouts: true });
    const silent = new TimeoutPrimitive(hang, QUICK);
    for (const timeout of [tracking, silent, tracking]) watch(timeout.execute(1, context));
    await clock.advance(100);
    const record = { operation: 'answer', phase: 'hard', timeoutMs: 100, elapsedMs: 100 };
    expect(Object.fromEntries(context.state)).toEqual({ timeout_count: 2, timeout_history: [record, record] });
  });
});
