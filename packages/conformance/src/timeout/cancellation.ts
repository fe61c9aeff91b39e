import assert from 'node:assert/strict';
import { expectError, honouring, never } from '../bench.ts';
import { expectCounts, type TimeoutCase, timeoutOf } from './timeout-adapter.ts';

const REASON = new Error('the caller has left');

/** A caller who leaves before, during or after the deadline gets back its own reason, at once. */
export const cancellationCases: readonly TimeoutCase[] = [
  {
    id: 'C11',
    title: 'does not start when the caller has left already',
    needs: [],
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, {});
      let calls = 0;
      const work = (signal?: AbortSignal): Promise<unknown> => {
        calls += 1;
        return honouring(signal, bench.after(20, 'v'));
      };
      const settled = await bench.settle(() => timeout.run(work, { signal: AbortSignal.abort(REASON) }));
      assert.equal(calls, 0, 'the work was started');
      expectError(settled, REASON);
      expectCounts(timeout, { cancelled: 1 });
    },
  },
  {
    id: 'C12',
    title: 'rejects with the reason of a caller who leaves while the work honours its signal',
    needs: [],
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, {});
      const signal = bench.abortedAfter(20, REASON);
      const settled = await bench.settle(() => timeout.run((inner) => honouring(inner), { signal }));
      expectError(settled, REASON);
      bench.expectAt(settled.atMs, 20, 'rejected');
      expectCounts(timeout, { cancelled: 1 });
    },
  },
  {
    id: 'C13',
    title: 'answers a caller who leaves at once although the work ignores its signal',
    needs: [],
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 150, graceMs: 150 });
      const signal = bench.abortedAfter(20, REASON);
      const settled = await bench.settle(() => timeout.run(() => bench.after(250, 'ignored'), { signal }));
      expectError(settled, REASON);
      bench.expectAt(settled.atMs, 20, 'rejected');
      expectCounts(timeout, { cancelled: 1, abandoned: 1 });
      await bench.sleep(250);
      expectCounts(timeout, { cancelled: 1, discarded: 1 });
    },
  },
  {
    id: 'C39',
    title: 'lets the caller who leaves during the grace period win over the deadline',
    needs: ['grace'],
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 50, graceMs: 100 });
      const signal = bench.abortedAfter(80, REASON);
      const settled = await bench.settle(() => timeout.run(never, { signal }));
      expectError(settled, REASON);
      bench.expectAt(settled.atMs, 80, 'rejected');
      expectCounts(timeout, { cancelled: 1, abandoned: 1 });
    },
  },
  {
    id: 'C42',
    title: 'settles once when the work aborts its own caller',
    needs: [],
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, {});
      const controller = new AbortController();
      const work = (): Promise<unknown> => {
        controller.abort(REASON);
        return bench.after(10, 'v');
      };
      expectError(await bench.settle(() => timeout.run(work, { signal: controller.signal })), REASON);
      await bench.sleep(20);
      const { abandoned = 0, discarded = 0, cancelled = 1, ...others } = timeout.counts?.() ?? {};
      assert.deepEqual([cancelled, abandoned], [1, 0], 'it does not count as one cancellation');
      assert.ok(discarded <= 1 && Object.values(others).every((count) => count === 0), 'it counts more than once');
    },
  },
];
