import { Readable } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { WorkflowContext } from '../context.ts';
import { step } from '../primitive.ts';
import { recordingObserver } from '../testing/recording-observer.ts';
import { collect, counting, followed } from './__fixtures__/streams.ts';
import { followOutput } from './follow-output.ts';
import { isAsyncIterable, isReadableStream, isStream } from './kinds.ts';

const nextTurn = (): Promise<void> => new Promise(setImmediate);

test('a value has ended when it is handed over', () => {
  for (const value of [1, 'text', null, undefined, {}, [1], new Map(), () => 1]) {
    const { output, ends } = followed(value);
    expect(output).toBe(value);
    expect(ends).toEqual([{ kind: 'complete' }]);
  }
});

test('tells streams from values', () => {
  expect([counting(1), new ReadableStream(), Readable.from([])].map(isStream)).toEqual([true, true, true]);
  expect(['text', [1], null, new Set()].map(isStream)).toEqual([false, false, false, false]);
  expect([isReadableStream(new ReadableStream()), isReadableStream(counting(1))]).toEqual([true, false]);
  expect([isAsyncIterable(counting(1)), isAsyncIterable([1])]).toEqual([true, false]);
});

test('a Node.js Readable stays itself, is not started, and reports its end', async () => {
  const readable = Readable.from(['a', 'b']);
  const { output, ends } = followed(readable);
  expect(output).toBe(readable);
  await nextTurn();
  expect(readable.readableFlowing).toBeNull();
  expect(await collect(output)).toEqual(['a', 'b']);
  expect(ends).toEqual([{ kind: 'complete' }]);
});

test('the chunks of a Node.js Readable are seen once, however it is read', async () => {
  const iterated = followed(Readable.from([1, 2]));
  await collect(iterated.output);
  const listened = followed(Readable.from([1, 2]));
  await new Promise((resolve) => listened.output.on('data', () => {}).once('end', resolve));
  expect([iterated.chunks, listened.chunks]).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test('a Node.js Readable that is left by its reader or destroyed reports so', async () => {
  const left = followed(Readable.from([1, 2, 3]));
  for await (const _ of left.output) break;
  const error = new Error('socket hang up');
  const broken = followed(new Readable({ read() {} }));
  broken.output.on('error', () => {}).destroy(error);
  await nextTurn();
  expect(left.ends).toEqual([{ kind: 'left', reason: undefined }]);
  expect(broken.ends).toEqual([{ kind: 'failed', error }]);
});

test('a Node.js Readable that does not close after its error reports it all the same', async () => {
  const error = new Error('parse error');
  const { output, ends } = followed(new Readable({ read() {}, autoDestroy: false }));
  output.on('error', () => {}).emit('error', error);
  expect(ends).toEqual([{ kind: 'failed', error }]);
});

test('a Node.js Readable that was over before it was handed over has ended', async () => {
  const readable = Readable.from(['a']);
  await collect(readable);
  await nextTurn();
  expect(followed(readable).ends).toEqual([{ kind: 'complete' }]);
});

test('an error of a Node.js Readable that nobody handles is not silenced', () => {
  const { output } = followed(new Readable({ read() {}, autoDestroy: false }));
  expect(() => output.emit('error', new Error('unhandled'))).toThrow('unhandled');
});

test('a follower that throws disturbs neither the reader nor the other followers', async () => {
  const broken = {
    onChunk: () => {
      throw new Error('broken follower');
    },
    onEnd: () => {
      throw new Error('broken follower');
    },
  };
  const onEnd = vi.fn();
  const onChunk = vi.fn();
  const stream = followOutput(followOutput(counting(2), broken), { onChunk, onEnd });
  expect(await collect(stream)).toEqual([1, 2]);
  expect([onChunk.mock.calls, onEnd.mock.calls]).toEqual([[[1], [2]], [[{ kind: 'complete' }]]]);
  expect(followOutput('value', broken)).toBe('value');
});

test('a follower who comes after the end is told at once', async () => {
  const stream = followed(counting(1)).output;
  await collect(stream);
  expect(followed(stream).ends).toEqual([{ kind: 'complete' }]);
});

test('the first end of a stream counts, also for a follower who comes later', async () => {
  const stream = followed({ [Symbol.asyncIterator]: () => counting(2) }).output;
  for await (const _ of stream) break;
  await collect(stream);
  expect(followed(stream).ends).toEqual([{ kind: 'left', reason: undefined }]);
});

test('a stream that cannot be followed is handed over all the same and counts as ended', () => {
  const hostile = new Proxy(counting(1), {
    defineProperty: () => {
      throw new Error('hands off');
    },
  });
  const { output, ends } = followed<unknown>(hostile);
  expect(output).toBe(hostile);
  expect(ends).toEqual([{ kind: 'complete' }]);
});

test('an observed stream passing several primitives has one wrapper, and keeps all of them open until its end', async () => {
  using recording = recordingObserver();
  const pulls = vi.fn();
  const stream = new ReadableStream({
    pull(controller) {
      pulls();
      controller.enqueue(pulls.mock.calls.length);
      if (pulls.mock.calls.length === 2) controller.close();
    },
  });
  const seen: unknown[] = [];
  const look = (relayed: ReadableStream): ReadableStream => {
    seen.push(relayed);
    return relayed;
  };
  const workflow = step('make', () => stream)
    .pipe(look)
    .pipe(look);
  const output = await workflow.execute(null);
  expect(seen).toEqual([output, output]);
  expect(recording.executions.map(({ ending }) => ending)).toEqual([undefined, undefined, undefined, undefined]);
  await collect(output);
  await nextTurn();
  expect(recording.executions.map(({ ending }) => ending?.status)).toEqual(Array(4).fill('success'));
});

test('nobody wraps a stream when nobody observes', async () => {
  const [stream, generator] = [new ReadableStream(), counting(1)];
  const same = step('same', <T>(value: T) => value).pipe((value) => value);
  expect(await same.execute(stream)).toBe(stream);
  expect(await same.execute(generator)).toBe(generator);
  expect(Object.getOwnPropertyNames(generator)).toEqual([]);
});

test('an observed stream tells how it ended: failed, left by its reader, or cancelled with its context', async () => {
  using recording = recordingObserver();
  const error = new Error('the stream broke');
  const failing = step('failing', async function* () {
    yield await Promise.reject(error);
  });
  await expect(collect(await failing.execute(null))).rejects.toBe(error);
  for await (const _ of await step('left', () => counting(2)).execute(null)) break;
  const controller = new AbortController();
  const context = new WorkflowContext({ signal: controller.signal });
  const aborted = await failing.execute(null, context);
  const reason = new Error('the caller left');
  controller.abort(reason);
  await expect(collect(aborted)).rejects.toBe(reason);
  await nextTurn();
  expect(recording.executions.map(({ ending }) => ending)).toEqual([
    { status: 'error', error },
    { status: 'cancelled', error: undefined },
    { status: 'cancelled', error: reason },
  ]);
});

test.each([
  ['an iterable', () => counting(2)],
  ['a ReadableStream', () => ReadableStream.from(counting(2))],
])('a strict gate may refuse the end of a source, and fails the stream: %s', async (_, open) => {
  const cut = new Error('cut');
  const ends: unknown[] = [];
  const onSourceEnd = (): never => {
    throw cut;
  };
  const output = followOutput(open() as AsyncIterable<unknown>, { isStrict: true, onSourceEnd });
  followOutput(output, { onEnd: (end) => ends.push(end) });
  const chunks: unknown[] = [];
  const reading = (async () => {
    for await (const chunk of output) chunks.push(chunk);
  })();
  await expect(reading).rejects.toBe(cut);
  expect(chunks).toHaveLength(2);
  expect(ends).toEqual([{ kind: 'failed', error: cut }]);
});

test('a gate that is not strict cannot fail a stream at its end', async () => {
  const onSourceEnd = (): never => {
    throw new Error('broken');
  };
  const output = followOutput(counting(2), { onSourceEnd });
  expect(await collect(output)).toHaveLength(2);
});
