import assert from 'node:assert/strict';
import { type Bench, describe, expectError, expectValue, honouring, never } from '../bench.ts';
import {
  expectCounts,
  expectFields,
  expectTimeout,
  type TimeoutAdapter,
  type TimeoutCase,
  type TimeoutSubject,
  timeoutOf,
} from './timeout-adapter.ts';

/** Runs work that ignores its signal past both limits, and expects the caller to be answered at the hard one. */
async function expectHardStop(
  adapter: TimeoutAdapter,
  bench: Bench,
  timeout: TimeoutSubject,
  work: () => Promise<unknown>,
): Promise<void> {
  const settled = await bench.settle(() => timeout.run(work));
  expectTimeout(adapter, settled);
  bench.expectBetween(settled.atMs, adapter.can.includes('grace') ? 100 : 50, 100, 'rejected');
  expectFields(adapter, settled.error, { phase: 'hard' });
  if (adapter.can.includes('phases')) expectFields(adapter, (settled.error as Error).cause, { phase: 'soft' });
  expectCounts(timeout, { timeout: 1, abandoned: 1 });
}

function discards(id: string, title: string, late: (bench: Bench) => Promise<unknown>): TimeoutCase {
  return {
    id,
    title,
    needs: [],
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 50, graceMs: 50 });
      await expectHardStop(adapter, bench, timeout, () => late(bench));
      await bench.sleep(200 - bench.elapsedMs());
      await bench.turn();
      expectCounts(timeout, { timeout: 1, discarded: 1 });
    },
  };
}

/** Work that is not done when its time is up. */
export const deadlineCases: readonly TimeoutCase[] = [
  {
    id: 'C06',
    title: 'aborts the signal at the deadline and passes on the work that stops with its reason',
    needs: [],
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 50, graceMs: 100 });
      let seen: AbortSignal | undefined;
      const settled = await bench.settle(() =>
        timeout.run((signal) => {
          seen = signal;
          return honouring(signal);
        }),
      );
      expectTimeout(adapter, settled);
      bench.expectAt(settled.atMs, 50, 'rejected');
      expectFields(adapter, settled.error, { phase: 'soft' });
      if (adapter.can.includes('phases')) assert.equal(seen?.reason, settled.error, 'the reason is not the error');
      expectCounts(timeout, { timeout: 1 });
    },
  },
  {
    id: 'C07',
    title: 'accepts a late answer within the grace period',
    needs: [],
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 50, graceMs: 100 });
      const settled = await bench.settle(() => timeout.run(() => bench.after(90, 'late')));
      expectValue(settled, 'late');
      bench.expectAt(settled.atMs, 90, 'resolved');
      expectCounts(timeout, { lateSuccess: 1 });
    },
  },
  {
    id: 'C08',
    title: 'rejects at the hard stop when the work never ends',
    needs: [],
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 50, graceMs: 50 });
      await expectHardStop(adapter, bench, timeout, never);
    },
  },
  discards('C09', 'drops and counts a value that comes after the hard stop', (bench) => bench.after(200, 'too late')),
  discards('C10', 'drops and counts a rejection that comes after the hard stop', (bench) =>
    bench.failAfter(200, new Error('too late')),
  ),
  {
    id: 'C29',
    title: 'turns an error that answers the abort into a timeout with it as cause',
    needs: ['signal', 'grace'],
    async run(adapter, bench) {
      const failure = new Error('cleaning up failed');
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 50, graceMs: 100 });
      const settled = await bench.settle(() => timeout.run(() => bench.failAfter(70, failure)));
      expectTimeout(adapter, settled);
      bench.expectAt(settled.atMs, 70, 'rejected');
      expectFields(adapter, settled.error, { phase: 'soft', cause: failure });
      expectCounts(timeout, { timeout: 1 });
    },
  },
  {
    id: 'C30',
    title: 'only notifies at the soft deadline when told to, and aborts at the hard stop',
    needs: ['signal', 'grace', 'notify'],
    async run(adapter, bench) {
      const failure = new Error('late and wrong');
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 50, graceMs: 50, softAction: 'notify' });
      const signals: (AbortSignal | undefined)[] = [];
      const failed = await bench.settle(() =>
        timeout.run((signal) => {
          signals.push(signal);
          return bench.failAfter(70, failure);
        }),
      );
      expectError(failed, failure);
      assert.equal(signals[0]?.aborted, false, 'the signal was aborted before the hard stop');
      expectCounts(timeout, { error: 1 });
      const startedAt = bench.elapsedMs();
      const stopped = await bench.settle(() =>
        timeout.run((signal) => {
          signals.push(signal);
          return never();
        }),
      );
      expectTimeout(adapter, stopped);
      bench.expectAt(stopped.atMs - startedAt, 100, 'rejected');
      expectFields(adapter, stopped.error, { phase: 'hard' });
      assert.equal(signals[1]?.aborted, true, 'the signal was not aborted at the hard stop');
      expectCounts(timeout, { error: 1, timeout: 1, abandoned: 1 });
    },
  },
  {
    id: 'C32',
    title: 'throws an error that tells the operation, its limits and the time waited',
    needs: [],
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 50, graceMs: 20, operation: 'ask' });
      const { error } = await bench.settle(() => timeout.run(never));
      assert.ok(error instanceof Error, `the error is ${describe(error)}, expected an Error`);
      const { elapsedMs, message, ...fields } = { ...error, message: error.message } as Partial<
        Record<string, unknown>
      >;
      const expected = { operation: 'ask', timeoutMs: 50, graceMs: 20, phase: 'hard', retryable: true };
      for (const [field, value] of Object.entries({ ...expected, code: 'ERR_TTA_TIMEOUT' })) {
        assert.equal(fields[field], value, `${field} of the error is ${describe(fields[field])}`);
      }
      assert.equal(error.name, 'TimeoutError');
      assert.ok(typeof elapsedMs === 'number' && elapsedMs >= 69, `elapsedMs of the error is ${describe(elapsedMs)}`);
      for (const word of ['ask', '50', '20']) assert.match(String(message), new RegExp(`\\b${word}\\b`));
    },
  },
  {
    id: 'C34',
    title: 'decides at exactly the limit by the clock: in time, late, or dropped',
    needs: ['grace', 'outcomes'],
    time: 'virtual',
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, { timeoutMs: 50, graceMs: 50 });
      expectValue(await bench.settle(() => timeout.run(() => bench.after(50, 'in time'))), 'in time');
      expectCounts(timeout, { success: 1 });
      expectValue(await bench.settle(() => timeout.run(() => bench.after(100, 'late'))), 'late');
      expectCounts(timeout, { success: 1, lateSuccess: 1 });
      expectTimeout(adapter, await bench.settle(() => timeout.run(() => bench.after(101, 'dropped'))));
      await bench.sleep(1);
      await bench.turn();
      expectCounts(timeout, { success: 1, lateSuccess: 1, timeout: 1, discarded: 1 });
    },
  },
];
