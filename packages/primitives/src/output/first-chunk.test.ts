import { Readable } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { WorkflowContext } from '../context.ts';
import { COMPLETE, collect, counting, followed } from './__fixtures__/streams.ts';
import { registerChunkReader } from './chunk-reading.ts';
import { firstChunkOf } from './first-chunk.ts';
import { followOutput } from './follow-output.ts';

const context = new WorkflowContext();
const FAILED = new Error('the stream broke');

async function* failing(): AsyncGenerator<number> {
  yield await Promise.reject(FAILED);
}

/** Has chunks of type `start` read as coming before an answer. */
function startMarks(): Disposable {
  const forget = registerChunkReader((chunk) =>
    (chunk as { type?: unknown }).type === 'start' ? { kind: 'preamble' } : undefined,
  );
  return { [Symbol.dispose]: () => void forget() };
}

const bytes = (): ReadableStream => new Response('hi').body as ReadableStream;

test.each([
  ['an iterable', () => counting(2), [1, 2]],
  ['a stream', () => ReadableStream.from([1, 2]), [1, 2]],
  ['a byte stream', bytes, [new TextEncoder().encode('hi')]],
  ['a Node.js Readable', () => Readable.from([1, 2]), [1, 2]],
])('the reader of %s gets the chunk that was waited for, and every gate sees it once', async (_, make, chunks) => {
  const inner = followed<unknown>(make());
  const output = await firstChunkOf(inner.output, context);
  const outer = followed<unknown>(output);
  expect(await collect(outer.output as AsyncIterable<unknown>)).toEqual(chunks);
  expect([inner.chunks, outer.chunks]).toEqual([chunks, chunks]);
  expect([inner.ends, outer.ends]).toEqual([[COMPLETE], [COMPLETE]]);
});

test.each([
  ['an iterable', () => failing()],
  ['a stream', () => new ReadableStream({ pull: () => Promise.reject(FAILED) })],
  ['a Node.js Readable', () => new Readable({ read: () => {}, signal: undefined }).destroy(FAILED)],
])('rejects with what %s fails with before its first chunk', async (_, make) => {
  const output = make();
  if (output instanceof Readable) output.on('error', () => {});
  await expect(firstChunkOf<unknown>(output, context)).rejects.toBe(FAILED);
});

test('pulls no further than the first chunk', async () => {
  const pull = vi.fn(async () => ({ done: false, value: 1 }));
  await firstChunkOf({ [Symbol.asyncIterator]: () => ({ next: pull }) }, context);
  await new Promise(setImmediate);
  expect(pull).toHaveBeenCalledOnce();
});

test('waits past what comes before an answer, and hands all of it on', async () => {
  using _ = startMarks();
  const parts = [{ type: 'start' }, { type: 'start' }, { type: 'text' }, { type: 'finish' }];
  const pulled: unknown[] = [];
  const source = (async function* () {
    for (const part of parts) {
      pulled.push(part);
      yield part;
    }
  })();
  const output = await firstChunkOf(source, context);
  expect(pulled).toHaveLength(3);
  expect(await collect(output)).toEqual(parts);
});

test('rejects with the failure that a stream states in place of an answer, and closes it', async () => {
  using _ = startMarks();
  const cleanUp = vi.fn();
  const source = (async function* () {
    try {
      yield { type: 'start' };
      yield { type: 'error', error: FAILED };
    } finally {
      cleanUp();
    }
  })();
  const { output, ends } = followed(source);
  await expect(firstChunkOf(output, context)).rejects.toBe(FAILED);
  expect(ends).toEqual([{ kind: 'failed', error: FAILED }]);
  expect(cleanUp).toHaveBeenCalledOnce();
});

test('an error that a stream states as data is the cause of a real one', async () => {
  const stated = { type: 'overloaded_error', message: 'Overloaded' };
  const source = ReadableStream.from([{ type: 'error', error: stated }]);
  await expect(firstChunkOf(source, context)).rejects.toMatchObject({
    message: 'the stream states an error: Overloaded',
    cause: stated,
  });
});

test('asks those who read a wire format what a chunk says', async () => {
  const forget = registerChunkReader((chunk) =>
    chunk === 'sorry' || (chunk as { sorry?: boolean }).sorry ? { kind: 'failure', error: FAILED } : undefined,
  );
  try {
    await expect(firstChunkOf(ReadableStream.from([{ sorry: true }]), context)).rejects.toBe(FAILED);
  } finally {
    forget();
  }
});

test('two who wait for the first chunk of one stream pull it once', async () => {
  const pulled = vi.fn();
  const source = (async function* () {
    pulled();
    yield 1;
  })();
  const output = await firstChunkOf(await firstChunkOf(source, context), context);
  expect(await collect(output)).toEqual([1]);
  expect(pulled).toHaveBeenCalledOnce();
});

test('a caller who leaves while the first chunk is waited for gets the reason, and the stream is closed', async () => {
  const controller = new AbortController();
  const cancel = vi.fn();
  const source = new ReadableStream({ pull: () => new Promise(() => {}), cancel });
  const waiting = firstChunkOf(source, new WorkflowContext({ signal: controller.signal }));
  controller.abort(FAILED);
  await expect(waiting).rejects.toBe(FAILED);
  expect(cancel).toHaveBeenCalledWith(FAILED);
});

test('a stream without a chunk, and a value, have begun', async () => {
  expect(await collect(await firstChunkOf(counting(0), context))).toEqual([]);
  expect(await firstChunkOf('value', context)).toBe('value');
});

test('a stream that is left with a chunk held gives that chunk to no reader', async () => {
  const output = await firstChunkOf(followOutput(counting(3), {}), context);
  await output.return('enough');
  expect(await output.next()).toEqual({ done: true, value: undefined });
});

test('the streams of SDKs that can be read again begin anew for their second reader', async () => {
  class Again {
    [Symbol.asyncIterator](): AsyncIterator<number> {
      return counting(2);
    }
  }
  const output = await firstChunkOf(new Again(), context);
  expect([await collect(output), await collect(output)]).toEqual([
    [1, 2],
    [1, 2],
  ]);
});
