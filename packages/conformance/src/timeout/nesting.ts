import assert from 'node:assert/strict';
import { type Bench, expectError, expectValue, honouring, never, type Settled } from '../bench.ts';
import { breakerOf } from '../breaker/breaker-adapter.ts';
import {
  expectCounts,
  expectFields,
  expectTimeout,
  type TimedWork,
  type TimeoutAdapter,
  type TimeoutCase,
  type TimeoutSubject,
  timeoutOf,
} from './timeout-adapter.ts';

interface Nested {
  readonly outer: TimeoutSubject;
  readonly inner: TimeoutSubject;
  readonly settled: Settled;
  /** How the inner call ended, as the work of the outer one saw it. */
  readonly within: Settled;
  /** The signal that the outer timeout gave to the inner one. */
  readonly outerSignal: AbortSignal | undefined;
}

async function nest(
  adapter: TimeoutAdapter,
  bench: Bench,
  limits: { readonly outerMs: number; readonly outerGraceMs?: number; readonly innerMs: number },
  work: TimedWork,
): Promise<Nested> {
  const { outerMs, outerGraceMs = 0, innerMs } = limits;
  const outer = timeoutOf(adapter, bench, { timeoutMs: outerMs, graceMs: outerGraceMs, operation: 'outer' });
  const inner = timeoutOf(adapter, bench, { timeoutMs: innerMs, operation: 'inner' });
  let outerSignal: AbortSignal | undefined;
  let within: Promise<Settled> | undefined;
  const settled = await bench.settle(() =>
    outer.run((signal) => {
      outerSignal = signal;
      const running = inner.run(work, { signal });
      within = bench.settle(() => running);
      return running;
    }),
  );
  assert.ok(within !== undefined, 'the inner call was never made');
  return { outer, inner, settled, within: await within, outerSignal };
}

/** Timeouts inside timeouts, retries, breakers and parallels. */
export const nestingCases: readonly TimeoutCase[] = [
  {
    id: 'C14',
    title: 'passes the error of an inner timeout on',
    needs: [],
    async run(adapter, bench) {
      const nested = await nest(adapter, bench, { outerMs: 200, innerMs: 40 }, (signal) => honouring(signal));
      expectTimeout(adapter, nested.settled);
      bench.expectAt(nested.settled.atMs, 40, 'rejected');
      expectFields(adapter, nested.settled.error, { operation: 'inner' });
      expectCounts(nested.inner, { timeout: 1 });
      expectCounts(nested.outer, { error: 1 });
    },
  },
  {
    id: 'C15',
    title: 'gives an inner timeout up when the outer one expires, with the same error',
    needs: [],
    async run(adapter, bench) {
      const nested = await nest(adapter, bench, { outerMs: 40, innerMs: 200 }, (signal) => honouring(signal));
      expectTimeout(adapter, nested.settled);
      bench.expectAt(nested.settled.atMs, 40, 'rejected');
      expectFields(adapter, nested.settled.error, { operation: 'outer' });
      bench.expectAt(nested.within.atMs, 40, 'the inner call was told');
      if (adapter.can.includes('signal')) {
        assert.equal(nested.outerSignal?.reason, nested.settled.error, 'the inner call was told another reason');
      }
      if (adapter.can.includes('phases')) expectError(nested.within, nested.outerSignal?.reason);
      expectCounts(nested.inner, { cancelled: 1 });
      expectCounts(nested.outer, { timeout: 1 });
    },
  },
  {
    id: 'C26',
    title: 'never outlives the deadline of its caller',
    needs: ['deadline'],
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 200 });
      const settled = await bench.settle(() => timeout.run((signal) => honouring(signal), { remainingMs: 40 }));
      expectTimeout(adapter, settled);
      bench.expectBetween(settled.atMs, 40, 50, 'rejected'); // the caller's own limit may go first
    },
  },
  {
    id: 'C47',
    title: 'gives every attempt of a retry a signal of its own',
    needs: ['signal'],
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 30 });
      const signals: (AbortSignal | undefined)[] = [];
      const attempt = (): Promise<unknown> =>
        timeout.run((signal) => {
          signals.push(signal);
          return signals.length === 1 ? honouring(signal) : bench.after(10, signal?.aborted);
        });
      const settled = await bench.settle(() => attempt().catch(attempt));
      assert.equal(signals[0]?.aborted, true, 'the signal of the first attempt was not aborted');
      expectValue(settled, false);
    },
  },
  {
    id: 'C48',
    title: 'counts as one failure of a breaker when it expires, and as none when its caller leaves',
    needs: ['breaker'],
    async run(adapter, bench) {
      assert.ok(adapter.breaker !== undefined, 'there is no breaker');
      const breaker = breakerOf(adapter.breaker, bench, { failureThreshold: 2 });
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 30 });
      const guarded = (caller?: AbortSignal): Promise<Settled> =>
        bench.settle(() => breaker.run((signal) => timeout.run(() => never(), { signal }), { signal: caller }));
      expectTimeout(adapter, await guarded());
      await guarded(bench.abortedAfter(10, new Error('the caller has left')));
      assert.equal(breaker.state(), 'closed', 'a cancelled call was counted');
      expectTimeout(adapter, await guarded());
      assert.equal(breaker.state(), 'open', 'two timeouts were not two failures');
    },
  },
  {
    id: 'C49',
    title: 'is aborted with the first error of a parallel, which waits for its grace and no longer',
    needs: ['parallel'],
    async run(adapter, bench) {
      const failure = new Error('a branch failed');
      for (const graceMs of [0, 50]) {
        const startedAt = bench.elapsedMs();
        let sibling: AbortSignal | undefined;
        const settled = await bench.settle(() =>
          adapter.parallel?.(
            [
              () => bench.failAfter(10, failure),
              (signal) => {
                sibling = signal;
                return bench.after(300, 'ignored');
              },
            ],
            { graceMs, clock: bench.clock },
          ),
        );
        expectError(settled, failure);
        assert.equal(sibling?.reason, failure, 'the sibling was not aborted with the error');
        bench.expectAt(settled.atMs - startedAt, 10 + graceMs, 'rejected');
      }
    },
  },
  {
    id: 'C51',
    title: 'yields to an outer timeout, which lets a partial answer reach it within its grace',
    needs: ['signal', 'grace'],
    async run(adapter, bench) {
      const partial = (signal?: AbortSignal): Promise<unknown> =>
        honouring(signal).catch(() => bench.after(30, 'partial'));
      const limits = { outerMs: 40, outerGraceMs: 200, innerMs: 1_000 };
      const { outer, inner, settled } = await nest(adapter, bench, limits, partial);
      expectValue(settled, 'partial');
      bench.expectAt(settled.atMs, 70, 'resolved');
      expectCounts(outer, { lateSuccess: 1 });
      expectCounts(inner, { cancelled: 1 });
    },
  },
];
