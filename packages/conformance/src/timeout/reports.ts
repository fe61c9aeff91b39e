import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import { type Bench, expectError, expectValue, honouring, never } from '../bench.ts';
import {
  expectCounts,
  expectTimeout,
  type TimeoutCase,
  type TimeoutCounts,
  type TimeoutSubject,
  timeoutOf,
} from './timeout-adapter.ts';

const CALLS = 10_000;
const AT_ONCE = 500;

/** A generator of numbers that is the same every time. @see https://github.com/bryc/code/blob/master/jshash/PRNGs.md (mulberry32) */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One call among many: it resolves, rejects, honours or ignores its signal, and its caller may leave. */
async function anyCall(timeout: TimeoutSubject, bench: Bench, random: () => number): Promise<boolean> {
  const workMs = Math.round(random() * 200);
  const kind = Math.floor(random() * 4);
  const controller = new AbortController();
  if (random() < 0.3) bench.at(Math.round(random() * 150), () => controller.abort(new Error('left')));
  const work = (signal?: AbortSignal): Promise<unknown> => {
    if (kind === 0) return bench.after(workMs, 'v');
    if (kind === 1) return bench.failAfter(workMs, new Error('failed'));
    return kind === 2 ? honouring(signal, bench.after(workMs, 'v')) : bench.after(workMs * 2, 'v');
  };
  const { status } = await bench.settle(() => timeout.run(work, { signal: controller.signal }));
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0, 'a listener is left on the signal');
  return status === 'resolved';
}

function outcomesOf({ success, lateSuccess, error, timeout, cancelled }: TimeoutCounts): number {
  return success + lateSuccess + error + timeout + cancelled;
}

/** What is reported about calls: to hooks, which may fail, and in counts, which must add up. */
export const reportCases: readonly TimeoutCase[] = [
  {
    id: 'C33',
    title: 'is not touched by hooks that throw',
    needs: ['hooks'],
    async run(adapter, bench) {
      const thrown: unknown[] = [];
      const told: unknown[] = [];
      const hook = (): never => {
        const error = new Error('the hook failed');
        thrown.push(error);
        throw error;
      };
      const onHookError = (error: unknown): never => {
        told.push(error);
        throw new Error('the listener has failed too');
      };
      const failure = new Error('the work failed');
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 50, graceMs: 50, hook, onHookError });
      expectValue(await bench.settle(() => timeout.run(() => bench.after(20, 'v'))), 'v');
      expectError(await bench.settle(() => timeout.run(() => bench.failAfter(20, failure))), failure);
      expectValue(await bench.settle(() => timeout.run(() => bench.after(70, 'late'))), 'late');
      const startedAt = bench.elapsedMs();
      const stopped = await bench.settle(() => timeout.run(never));
      expectTimeout(adapter, stopped);
      bench.expectAt(stopped.atMs - startedAt, 100, 'rejected');
      expectCounts(timeout, { success: 1, error: 1, lateSuccess: 1, timeout: 1, abandoned: 1 });
      assert.ok(thrown.length > 0, 'the hook was never called');
      assert.deepEqual(told, thrown, 'what the hook threw was not told once each time');
    },
  },
  {
    id: 'C35',
    title: 'adds up over ten thousand random interleavings, and leaves nothing behind',
    needs: ['grace', 'outcomes'],
    limitMs: 120_000,
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 50, graceMs: 50 });
      const random = numbersFrom(20_261_122);
      let resolved = 0;
      for (let call = 0; call < CALLS; call += AT_ONCE) {
        const answers = Array.from({ length: AT_ONCE }, () => anyCall(timeout, bench, random));
        resolved += (await Promise.all(answers)).filter((isResolved) => isResolved).length;
        await bench.sleep(500);
        assert.equal(timeout.counts?.().abandoned, 0, 'abandoned work is left');
        assert.equal(bench.manual?.pendingTimers ?? 0, 0, 'timers are left');
      }
      const counts = timeout.counts?.();
      assert.ok(counts !== undefined);
      assert.equal(outcomesOf(counts), CALLS, 'the outcomes do not sum to the calls');
      assert.equal(counts.success + counts.lateSuccess, resolved, 'not every resolved call is a success');
    },
  },
  {
    id: 'C36',
    title: 'runs the work, its hooks and what comes too late in the asynchronous context of the caller',
    needs: [],
    time: 'real',
    async run(adapter, bench) {
      const request = new AsyncLocalStorage<string>();
      const seen = new Set<string | undefined>();
      const look = (): void => void seen.add(request.getStore());
      const hook = adapter.can.includes('hooks') ? { hook: look } : {};
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 30, ...hook });
      const work = async (): Promise<void> => {
        look();
        await bench.sleep(60);
        look();
      };
      await request.run('request 1', () => bench.settle(() => timeout.run(work)));
      await bench.sleep(60);
      await bench.turn();
      assert.deepEqual([...seen], ['request 1']);
    },
  },
];
