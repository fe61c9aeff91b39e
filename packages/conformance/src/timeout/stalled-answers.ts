import assert from 'node:assert/strict';
import { type Bench, describe } from '../bench.ts';
import { expectFields, type TimeoutCase, timeoutOf } from './timeout-adapter.ts';

async function* stallsAfterOne(bench: Bench): AsyncGenerator<string> {
  yield 'first';
  await bench.sleep(400);
  yield 'second';
}

/** An answer that streams, and then does not. */
export const stalledAnswerCases: readonly TimeoutCase[] = [
  {
    id: 'C27',
    title: 'throws to the reader of a stream that stalls, instead of ending silently',
    needs: [],
    async run(adapter, bench) {
      const timeout = timeoutOf(adapter, bench, { idleMs: 50 });
      const stream = (await timeout.run(() => stallsAfterOne(bench))) as AsyncIterable<unknown>;
      const chunks: unknown[] = [];
      const { status, error, atMs } = await bench.settle(async () => {
        for await (const chunk of stream) chunks.push(chunk);
      });
      assert.equal(status, 'rejected', 'the stream ended without an error');
      assert.ok(adapter.isTimeout(error), `the reader got ${describe(error)}, expected a timeout`);
      assert.deepEqual(chunks, ['first']);
      bench.expectAt(atMs, 50, 'the reader was told');
      expectFields(adapter, error, { phase: 'idle', chunks: 1 });
    },
  },
];
