import assert from 'node:assert/strict';
import { expectValue, honouring, never } from '../bench.ts';
import { expectCounts, type TimeoutCase, timeoutOf } from './timeout-adapter.ts';

/** What runs instead of a call that has timed out. */
export const fallbackCases: readonly TimeoutCase[] = [
  {
    id: 'C41',
    title: 'reports a timeout and the failure of its fallback together, and counts one timeout',
    needs: ['fallback'],
    async run(adapter, bench) {
      const failure = new Error('the fallback failed');
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 30, fallback: () => bench.failAfter(20, failure) });
      const { error, atMs } = await bench.settle(() => timeout.run(never));
      assert.ok(error instanceof AggregateError, 'the error is no AggregateError');
      assert.ok(adapter.isTimeout(error.cause), 'the cause is not the timeout');
      assert.ok(error.errors.includes(failure), 'the failure of the fallback is missing');
      bench.expectAt(atMs, 50, 'rejected');
      expectCounts(timeout, { timeout: 1, abandoned: 1 });
    },
  },
  {
    id: 'C46',
    title: 'gives a fallback a signal that is not aborted',
    needs: ['fallback'],
    async run(adapter, bench) {
      const fallback = (signal?: AbortSignal): Promise<unknown> => bench.after(10, signal?.aborted);
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 30, fallback });
      expectValue(await bench.settle(() => timeout.run((signal) => honouring(signal))), false);
      expectCounts(timeout, { timeout: 1 });
    },
  },
];
