import assert from 'node:assert/strict';
import { type Bench, expectError, never } from '../bench.ts';
import {
  expectExpiry,
  type LimitedStream,
  read,
  type StreamTimeoutAdapter,
  type StreamTimeoutCase,
  type StreamTimeoutCaseSettings,
} from './stream-adapter.ts';

/** Yields 0, 1, 2 ... after each of the gaps. */
async function* chunksAfter(bench: Bench, gapsMs: readonly number[]): AsyncGenerator<number> {
  for (const [index, gapMs] of gapsMs.entries()) {
    await bench.sleep(gapMs);
    yield index;
  }
}

function limited(
  adapter: StreamTimeoutAdapter,
  bench: Bench,
  source: LimitedStream,
  limits: Partial<StreamTimeoutCaseSettings>,
): Promise<LimitedStream> {
  return Promise.resolve(adapter.limit(source, { clock: bench.clock, ...limits }));
}

const everyGap = (count: number, gapMs: number): readonly number[] => Array.from({ length: count }, () => gapMs);

/** A case in which a limit expires while the reader takes so long over each chunk. */
function expires(
  id: string,
  title: string,
  source: (bench: Bench) => AsyncIterable<unknown>,
  limits: Partial<StreamTimeoutCaseSettings>,
  expected: { readonly phase: string; readonly atMs: number; readonly chunks?: number; readonly perChunkMs?: number },
): StreamTimeoutCase {
  return {
    id,
    title,
    needs: limits.isProgress === undefined ? [] : ['progress'],
    async run(adapter, bench) {
      const stream = await limited(adapter, bench, source(bench), limits);
      expectExpiry(adapter, bench, await read(stream, bench, expected.perChunkMs), expected);
    },
  };
}

/** Every rule of a timeout for streams, S1 to S11. */
export const streamTimeoutCases: readonly StreamTimeoutCase[] = [
  {
    id: 'S1',
    title: 'passes the chunks of a quick source on, unchanged and in order',
    needs: [],
    async run(adapter, bench) {
      const limits = { firstChunkMs: 50, idleMs: 50, totalMs: 500 };
      const stream = await limited(adapter, bench, chunksAfter(bench, [10, 10, 10]), limits);
      const { status, chunks } = await read(stream, bench);
      assert.deepEqual({ status, chunks }, { status: 'resolved', chunks: [0, 1, 2] });
    },
  },
  expires(
    'S2',
    'throws when the first chunk does not come',
    (bench) => chunksAfter(bench, [300]),
    { firstChunkMs: 50 },
    { phase: 'first_chunk', atMs: 50, chunks: 0 },
  ),
  expires(
    'S3',
    'throws when the source pauses for too long',
    (bench) => chunksAfter(bench, [5, 5, 300]),
    { firstChunkMs: 50, idleMs: 40 },
    { phase: 'idle', atMs: 50, chunks: 2 },
  ),
  expires(
    'S4',
    'throws when a source that drips takes too long in all',
    (bench) => chunksAfter(bench, everyGap(50, 10)),
    { idleMs: 40, totalMs: 100 },
    { phase: 'total', atMs: 100 },
  ),
  {
    id: 'S5',
    title: 'does not take a slow reader for an idle source',
    needs: [],
    async run(adapter, bench) {
      const stream = await limited(adapter, bench, chunksAfter(bench, [5, 5, 5]), { idleMs: 40 });
      const { status, chunks } = await read(stream, bench, 80);
      assert.deepEqual({ status, chunks }, { status: 'resolved', chunks: [0, 1, 2] });
    },
  },
  {
    id: 'S6',
    title: 'lets a slow reader pay for the total time',
    needs: [],
    async run(adapter, bench) {
      const stream = await limited(adapter, bench, chunksAfter(bench, everyGap(5, 1)), { totalMs: 100 });
      const reading = await read(stream, bench, 80);
      expectExpiry(adapter, bench, { ...reading, atMs: 100 }, { phase: 'total', atMs: 100 });
      bench.expectBetween(reading.atMs, 100, 170, 'the reader was told');
    },
  },
  {
    id: 'S7',
    title: 'closes the source once when the reader leaves early',
    needs: [],
    async run(adapter, bench) {
      let closings = 0;
      async function* source(): AsyncGenerator<number> {
        try {
          yield* chunksAfter(bench, everyGap(5, 5));
        } finally {
          closings += 1;
        }
      }
      const stream = await limited(adapter, bench, source(), { idleMs: 50, totalMs: 60_000 });
      for await (const chunk of stream as AsyncIterable<unknown>) if (chunk === 1) break;
      await bench.turn();
      assert.equal(closings, 1, 'the source was not closed once');
      assert.equal(bench.manual?.pendingTimers ?? 0, 0, 'a timer is left');
    },
  },
  {
    id: 'S8',
    title: 'passes the error of the source on, the very same object',
    needs: [],
    async run(adapter, bench) {
      const failure = new Error('the source failed');
      async function* source(): AsyncGenerator<number> {
        yield 0;
        throw failure;
      }
      const stream = await limited(adapter, bench, source(), { idleMs: 50 });
      expectError(await read(stream, bench), failure);
    },
  },
  expires(
    'S9',
    'does not take keep-alives for progress',
    (bench) => chunksAfter(bench, everyGap(30, 10)),
    { idleMs: 40, isProgress: () => false },
    { phase: 'idle', atMs: 40 },
  ),
  {
    id: 'S10',
    title: 'cancels a ReadableStream with the timeout, or with the reason of a reader who cancels',
    needs: ['readable'],
    async run(adapter, bench) {
      const reasons: unknown[] = [];
      const silent = (): ReadableStream<unknown> =>
        new ReadableStream({ pull: () => never(), cancel: (reason) => void reasons.push(reason) });
      const stalled = await limited(adapter, bench, silent(), { idleMs: 30, firstChunkMs: 30 });
      const { error } = await read(stalled, bench);
      assert.ok(adapter.isTimeout(error), 'the reader got no timeout');
      assert.equal(reasons[0], error, 'the source was not cancelled with the timeout');
      const left = await limited(adapter, bench, silent(), { idleMs: 30 });
      await (left as ReadableStream<unknown>).cancel('enough');
      assert.equal(reasons[1], 'enough', 'the source was not cancelled with the reason');
    },
  },
  {
    id: 'S11',
    title: 'ignores a source that fails after the timeout was thrown',
    needs: [],
    async run(adapter, bench) {
      const source: AsyncIterable<unknown> = {
        [Symbol.asyncIterator]: () => ({ next: () => bench.failAfter(100, new Error('too late')) }),
      };
      const stream = await limited(adapter, bench, source, { firstChunkMs: 30, idleMs: 30 });
      expectExpiry(adapter, bench, await read(stream, bench), { phase: 'first_chunk', atMs: 30 });
      await bench.sleep(100);
      await bench.turn();
    },
  },
];
