import { getEventListeners, once } from 'node:events';
import { Readable } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { LazyController, SignalSource } from '../abort-source.ts';
import { COMPLETE, collect, counting, followed } from './__fixtures__/streams.ts';
import { followOutput } from './follow-output.ts';
import { flowOf } from './followed.ts';
import type { Gate, OutputEnd } from './gate.ts';

const nextTurn = (): Promise<void> => new Promise(setImmediate);
const REASON = new Error('the caller left');

/** A class shaped like the streams of SDKs, which hold the controller of their connection. */
class SdkStream {
  readonly controller = new AbortController();
  readonly iterator = (): AsyncIterator<number> => counting(3);
  [Symbol.asyncIterator](): AsyncIterator<number> {
    return this.iterator();
  }
  tee(): unknown[] {
    return [this, this];
  }
}

const byteSource = (cancel = vi.fn()): ReadableStream =>
  new ReadableStream({
    type: 'bytes',
    pull: (controller) => controller.enqueue(Uint8Array.of(1, 2)),
    cancel,
  });

function followedWith(output: object): { output: object; ends: OutputEnd[]; controller: AbortController } {
  const controller = new AbortController();
  const { flow, output: own } = flowOf(output) as NonNullable<ReturnType<typeof flowOf<object>>>;
  const ends: OutputEnd[] = [];
  flow.add({ onEnd: (end) => ends.push(end) });
  flow.endWith(new SignalSource(controller.signal));
  return { output: own, ends, controller };
}

const firstOf = (output: object): Promise<unknown> => {
  if (output instanceof Response) return output.text();
  if (output instanceof ReadableStream) return output.getReader().read();
  return (output as AsyncIterable<unknown>)[Symbol.asyncIterator]().next();
};

test.each([
  ['a generator', () => counting(2)],
  ['a stream', () => new ReadableStream({ pull: (controller) => controller.enqueue(1) })],
  ['a byte stream', () => byteSource()],
  ['a response', () => new Response(byteSource())],
  ['the stream of an SDK', () => new SdkStream()],
])('followed five times, %s has one flow and is handed on as one object', (_, make) => {
  const source = make();
  const first = flowOf<object>(source);
  for (let time = 0; time < 4; time += 1) {
    expect(flowOf<object>(first?.output as object)).toMatchObject({ flow: first?.flow, output: first?.output });
    expect(flowOf<object>(source)?.flow).toBe(first?.flow);
  }
});

test.each([
  ['a generator', () => counting(2)],
  ['a stream', () => new ReadableStream({ pull: (controller) => controller.enqueue(1) })],
  ['a byte stream', () => byteSource()],
  ['a response', () => new Response(byteSource())],
  ['the stream of an SDK', () => new SdkStream()],
])('%s that was not read ends with its context: once, and every later read gets the reason', async (_, make) => {
  const { output, ends, controller } = followedWith(make());
  controller.abort(REASON);
  expect(ends).toEqual([{ kind: 'failed', error: REASON }]);
  await expect(firstOf(output)).rejects.toBe(REASON);
  expect(ends).toHaveLength(1);
});

test('a read under way is rejected at once, and a generator cleans up when it gets on', async () => {
  const held = Promise.withResolvers<void>();
  const cleanUp = vi.fn();
  const source = (async function* () {
    try {
      await held.promise;
      yield 1;
    } finally {
      cleanUp();
    }
  })();
  const { output, controller } = followedWith(source);
  const reading = firstOf(output);
  controller.abort(REASON);
  await expect(reading).rejects.toBe(REASON);
  expect(cleanUp).not.toHaveBeenCalled();
  held.resolve();
  await nextTurn();
  expect(cleanUp).toHaveBeenCalledOnce();
});

test('the source of a stopped stream is cancelled once, with the reason, and not waited for', async () => {
  const cancel = vi.fn(() => new Promise<void>(() => {}));
  const { output, controller } = followedWith(byteSource(cancel));
  const reader = (output as ReadableStream).getReader();
  await reader.read();
  controller.abort(REASON);
  await expect(reader.read()).rejects.toBe(REASON);
  expect(cancel).toHaveBeenCalledOnce();
  expect(cancel).toHaveBeenCalledWith(REASON);
});

test("an SDK's stream is closed through its controller, even if it was not read", () => {
  const stream = new SdkStream();
  const { controller } = followedWith(stream);
  controller.abort(REASON);
  expect(stream.controller.signal.reason).toBe(REASON);
});

test('a Node.js Readable that is stopped is destroyed', async () => {
  const source = new Readable({ read() {} });
  const { ends, controller } = followedWith(source);
  controller.abort(REASON);
  expect(source.destroyed).toBe(true);
  await nextTurn();
  expect(ends).toEqual([{ kind: 'failed', error: REASON }]);
});

test('a pull that is under way when its stream is stopped resolves into nothing', async () => {
  const pulled = Promise.withResolvers<void>();
  const source = new ReadableStream({
    async pull(controller) {
      await pulled.promise;
      controller.enqueue(1);
    },
  });
  const { output, controller } = followedWith(source);
  const reading = firstOf(output);
  await nextTurn();
  controller.abort(REASON);
  pulled.resolve();
  await expect(reading).rejects.toBe(REASON);
  await nextTurn();
});

test('nothing listens to the context after the end', async () => {
  const { output, controller } = followedWith(counting(2));
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
  await collect(output as AsyncIterable<unknown>);
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
});

test('a stream that ends with two contexts listens once to each', () => {
  const { flow } = flowOf(counting(1)) as NonNullable<ReturnType<typeof flowOf>>;
  const { signal } = new AbortController();
  const source = new SignalSource(signal);
  flow.endWith(source);
  flow.endWith(source);
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
});

test('a stream whose context was aborted before is stopped at once', async () => {
  const { flow, output } = flowOf(counting(1)) as NonNullable<ReturnType<typeof flowOf<AsyncGenerator>>>;
  flow.endWith(new SignalSource(AbortSignal.abort(REASON)));
  await expect(output.next()).rejects.toBe(REASON);
});

test('a source is pulled once per read, and never before', async () => {
  const pull = vi.fn((controller: ReadableStreamDefaultController) => controller.enqueue(1));
  const { output } = followed(new ReadableStream({ pull }, { highWaterMark: 0 }));
  const reader = output.getReader();
  for (let read = 1; read <= 3; read += 1) {
    await reader.read();
    await nextTurn();
    expect(pull).toHaveBeenCalledTimes(read);
  }
});

test.each([1, 8])('a reader with buffers of %s bytes gets every byte, through gates and limits', async (size) => {
  const chunks = [Uint8Array.of(1, 2), Uint8Array.of(3, 4)];
  const source = new ReadableStream({
    type: 'bytes',
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk !== undefined) controller.enqueue(chunk);
      else {
        controller.close();
        controller.byobRequest?.respond(0);
      }
    },
  });
  const { output, ends } = followed(source);
  const reader = output.getReader({ mode: 'byob' });
  const bytes: number[] = [];
  for (;;) {
    const { done, value } = await reader.read(new Uint8Array(size));
    if (done) break;
    bytes.push(...value);
  }
  expect(bytes).toEqual([1, 2, 3, 4]);
  expect(ends).toEqual([COMPLETE]);
});

test('gates see chunks and ends in the order in which they were added, each what the one before made of it', async () => {
  const { flow, output } = flowOf(counting(2)) as NonNullable<ReturnType<typeof flowOf<AsyncGenerator>>>;
  const seen: string[] = [];
  const gate = (name: string): Gate => ({
    onChunk: (chunk) => seen.push(`${name} ${chunk}`),
    map: (chunk) => (chunk as number) * 10,
    onEnd: ({ kind }) => seen.push(`${name} ${kind}`),
  });
  flow.add(gate('inner'));
  flow.add(gate('outer'));
  expect(await collect(output)).toEqual([100, 200]);
  expect(seen).toEqual(['inner 1', 'outer 10', 'inner 2', 'outer 20', 'inner complete', 'outer complete']);
});

test('a gate that throws is passed over, and a strict one fails the stream with its error', async () => {
  const error = new Error('not this chunk');
  const refuse = (): never => {
    throw error;
  };
  const lenient = flowOf(counting(2));
  lenient?.flow.add({ onChunk: refuse, map: refuse });
  expect(await collect(lenient?.output as AsyncGenerator)).toEqual([1, 2]);
  const { output, ends } = followed(counting(2));
  flowOf(output)?.flow.add({ onChunk: refuse, isStrict: true });
  await expect(output.next()).rejects.toBe(error);
  await expect(output.next()).rejects.toBe(error);
  expect(ends).toEqual([{ kind: 'failed', error }]);
});

test('a stream whose last chunk states a failure has failed, although its source ends in order', async () => {
  const error = new Error('overloaded');
  const { output, ends } = followed(
    (async function* () {
      yield { type: 'start' };
      yield { type: 'error', error };
    })(),
  );
  expect(await collect(output)).toHaveLength(2);
  expect(ends).toEqual([{ kind: 'failed', error }]);
});

test('an error that is thrown into a generator which handles it is a chunk like any other', async () => {
  const { output, chunks, ends } = followed(
    (async function* () {
      try {
        yield 1;
      } catch {
        yield 2;
      }
    })(),
  );
  await output.next();
  expect(await output.throw(new Error('handled'))).toEqual({ done: false, value: 2 });
  expect([chunks, ends]).toEqual([[1, 2], []]);
});

test('a stream that is let go of closes its source and counts as left', async () => {
  const cancel = vi.fn();
  const { output, ends } = followed(byteSource(cancel));
  flowOf(output)?.flow.drop('enough');
  expect(cancel).toHaveBeenCalledWith('enough');
  expect(ends).toEqual([{ kind: 'left', reason: 'enough' }]);
});

test('a source that cannot be closed does no harm', async () => {
  const source = {
    [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}), return: () => Promise.reject(REASON) }),
  };
  const { output, controller } = followedWith(source);
  const reading = firstOf(output);
  controller.abort(REASON);
  await expect(reading).rejects.toBe(REASON);
  await nextTurn(); // an unhandled rejection would fail the run
});

test('ten thousand unread streams under one context leave nothing behind when it aborts', () => {
  const source = new LazyController();
  let closed = 0;
  let told = 0;
  for (let index = 0; index < 10_000; index += 1) {
    const stream = new ReadableStream({ cancel: () => void (closed += 1) });
    const followed = flowOf(stream);
    followed?.flow.add({ onEnd: () => (told += 1) });
    followed?.flow.endWith(source);
    expect(followed).toBeDefined();
  }
  source.abort(REASON);
  expect([closed, told]).toEqual([10_000, 10_000]);
});

test('a strict gate fails a Node.js Readable at the end of its source, iterated or not', async () => {
  const cut = new Error('cut');
  const gate = (ends: unknown[]): Gate => ({
    isStrict: true,
    onSourceEnd: () => {
      throw cut;
    },
    onEnd: (end) => ends.push(end),
  });
  const iterated: unknown[] = [];
  await expect(collect(followOutput(Readable.from([1]), gate(iterated)))).rejects.toBe(cut);
  const emitted: unknown[] = [];
  const listened = followOutput(Readable.from([1]), gate(emitted)).resume();
  await once(listened, 'close');
  expect([iterated, emitted]).toEqual([[{ kind: 'failed', error: cut }], [{ kind: 'failed', error: cut }]]);
});

test('a gate that is added while a chunk is read ahead sees the chunk once', async () => {
  const chunk = Promise.withResolvers<IteratorResult<number>>();
  const source = { [Symbol.asyncIterator]: () => ({ next: () => chunk.promise }) };
  const { flow, output } = flowOf<AsyncIterable<number>>(source) as NonNullable<
    ReturnType<typeof flowOf<typeof source>>
  >;
  const ahead = flow.readAhead();
  const seen: unknown[] = [];
  flow.add({ onChunk: (value) => seen.push(value) });
  chunk.resolve({ done: false, value: 1 });
  await ahead;
  expect(await output[Symbol.asyncIterator]().next()).toEqual({ done: false, value: 1 });
  expect(seen).toEqual([1]);
});

test('a reader that leaves once everything has come has read a complete stream', async () => {
  const { flow, output } = flowOf(counting(3)) as NonNullable<ReturnType<typeof flowOf<AsyncGenerator<number>>>>;
  const ends: OutputEnd[] = [];
  let last: unknown;
  flow.add({ onChunk: (chunk) => (last = chunk), isOver: () => last === 2 });
  flow.add({ onEnd: (end) => ends.push(end) });
  for await (const chunk of output) if (chunk === 2) break;
  expect(ends).toEqual([COMPLETE]);
});

test('a stream that is aborted once everything has come is complete, and closes its source', async () => {
  const { flow, output } = flowOf(counting(3)) as NonNullable<ReturnType<typeof flowOf<AsyncGenerator<number>>>>;
  const controller = new AbortController();
  const ends: OutputEnd[] = [];
  let last: unknown;
  flow.add({ onChunk: (chunk) => (last = chunk), isOver: () => last === 3, onEnd: (end) => ends.push(end) });
  flow.endWith(new SignalSource(controller.signal));
  for (const _chunk of [1, 2, 3]) await output.next();
  controller.abort(REASON);
  expect(ends).toEqual([COMPLETE]);
  await expect(output.next()).rejects.toBe(REASON);
});

test('a stream that is aborted before its reader got what was read ahead has failed', async () => {
  const { flow } = flowOf(counting(1)) as NonNullable<ReturnType<typeof flowOf<AsyncGenerator<number>>>>;
  const ends: OutputEnd[] = [];
  flow.add({ isOver: () => true, onEnd: (end) => ends.push(end) });
  await flow.readAhead();
  flow.abort(REASON);
  expect(ends).toEqual([{ kind: 'failed', error: REASON }]);
});

test('a gate that fails to say whether everything has come leaves the stream left', async () => {
  const { output, ends } = followed(counting(3));
  flowOf(output)?.flow.add({
    isOver: () => {
      throw new Error('unknown');
    },
  });
  await output.return('');
  expect(ends).toEqual([{ kind: 'left', reason: undefined }]);
});
