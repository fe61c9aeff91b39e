import { Stream } from 'openai/core/streaming';
import { WorkflowContext, withReport } from 'tta-dev-primitives';
import { isReadableStream } from 'tta-dev-primitives/internal';
import { recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { ANSWER_USD, CHUNKS, chatAnswer, chatChunk, REQUEST } from './__fixtures__/chat.ts';
import { CachePrimitive } from './cache-primitive.ts';

const STREAMED = { ...REQUEST, stream: true };

async function* chunksOf<T>(chunks: readonly T[]): AsyncGenerator<T> {
  for (const chunk of chunks) yield structuredClone(chunk);
}

function readableOf<T>(chunks: readonly T[]): ReadableStream<T> {
  return ReadableStream.from(chunksOf(chunks)) as ReadableStream<T>;
}

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const chunks: T[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A source that tells how far it was pulled and whether it was left. */
function watched(length: number) {
  const seen = { pulled: 0, isLeft: false, signal: undefined as AbortSignal | undefined };
  const step = vi.fn((_: unknown, { signal }: WorkflowContext): AsyncIterable<{ index: number }> => {
    seen.signal = signal;
    return (async function* () {
      try {
        for (let index = 0; index < length; index += 1) {
          seen.pulled += 1;
          yield { index };
        }
      } finally {
        seen.isLeft = seen.pulled < length;
      }
    })();
  });
  return { step, seen };
}

describe('a streamed answer', () => {
  it.each([
    ['an async iterable', () => chunksOf(CHUNKS)],
    ['a web stream', () => readableOf(CHUNKS)],
  ])('that is %s ends with the context of its caller when it is given again', async (_, answer) => {
    const cache = new CachePrimitive((_input: unknown): AsyncIterable<unknown> => answer());
    await collect(await cache.execute(STREAMED));
    const controller = new AbortController();
    const again = await cache.execute(STREAMED, new WorkflowContext({ signal: controller.signal }));
    controller.abort(new Error('the caller has left'));
    await expect(collect(again)).rejects.toThrow('the caller has left');
    expect(cache.getStats().hits).toBe(1);
  });

  it('is given again with the same chunks', async () => {
    const step = vi.fn((_: unknown) => chunksOf(CHUNKS));
    const cache = new CachePrimitive(step);
    expect(await collect(await cache.execute(STREAMED))).toEqual(CHUNKS);
    expect(await collect(await cache.execute(STREAMED))).toEqual(CHUNKS);
    expect(await collect(await cache.execute(STREAMED))).toEqual(CHUNKS);
    expect(step).toHaveBeenCalledTimes(1);
    expect(cache.getStats()).toMatchObject({ hits: 2, misses: 1 });
  });

  it('stays a ReadableStream if it was one', async () => {
    const step = vi.fn((_: unknown) => readableOf(CHUNKS));
    const cache = new CachePrimitive(step);
    for (let turns = 0; turns < 3; turns += 1) {
      const stream = await cache.execute(STREAMED);
      expect(isReadableStream(stream)).toBe(true);
      expect(await collect(stream)).toEqual(CHUNKS);
    }
    expect(step).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['every chunk', CHUNKS.length, 'success'],
    ['all but the last chunk', CHUNKS.length - 1, 'cancelled'],
  ])('is read whole, or left, by a reader who leaves after %s', async (_name, read, status) => {
    for (const step of [(_: unknown) => chunksOf(CHUNKS), (_: unknown) => readableOf(CHUNKS)]) {
      const cache = new CachePrimitive(step as (input: unknown) => AsyncIterable<unknown>);
      await collect(await cache.execute(STREAMED));
      const { context, report } = withReport();
      let left = read;
      for await (const _chunk of await cache.execute(STREAMED, context)) if (--left === 0) break;
      expect((await report).executions).toMatchObject([{ kind: 'cache', status }]);
    }
  });

  it('of the openai client comes out iterable', async () => {
    const step = vi.fn((_: unknown) => new Stream(() => chunksOf(CHUNKS), new AbortController()));
    const cache = new CachePrimitive(step);
    expect(await collect(await cache.execute(STREAMED))).toEqual(CHUNKS);
    expect(await collect(await cache.execute(STREAMED))).toEqual(CHUNKS);
    expect(step).toHaveBeenCalledTimes(1);
  });

  it('K21 serves a request for the whole answer, and one for a stream without its usage', async () => {
    const step = vi.fn((_: object) => chunksOf(CHUNKS));
    const cache = new CachePrimitive(step as (request: object) => unknown);
    const withUsage = { ...STREAMED, stream_options: { include_usage: true } };
    await collect((await cache.execute(withUsage)) as AsyncIterable<unknown>);
    const whole = chatAnswer('A monoid of endofunctors.', { logprobs: null }, { refusal: null });
    expect(await cache.execute(REQUEST)).toEqual(whole);
    expect(await cache.execute({ ...REQUEST, stream: false })).toEqual(whole);
    expect(await collect((await cache.execute(STREAMED)) as AsyncIterable<unknown>)).toEqual(CHUNKS.slice(0, -1));
    expect(step).toHaveBeenCalledTimes(1);
    expect(cache.getStats()).toMatchObject({ hits: 3, misses: 1 });
  });

  it('K21 is asked for again where the whole answer could only be guessed, and then serves both', async () => {
    const step = vi.fn((request: { stream?: boolean }) =>
      request.stream === true ? chunksOf(CHUNKS.slice(0, -1)) : chatAnswer('A monoid of endofunctors.'),
    );
    const cache = new CachePrimitive(step as (request: object) => unknown);
    await collect((await cache.execute(STREAMED)) as AsyncIterable<unknown>);
    expect(await cache.execute(REQUEST)).toEqual(chatAnswer('A monoid of endofunctors.'));
    expect(await cache.execute(REQUEST)).toEqual(chatAnswer('A monoid of endofunctors.'));
    await collect((await cache.execute(STREAMED)) as AsyncIterable<unknown>);
    expect(step).toHaveBeenCalledTimes(2);
  });

  it('under way is not joined by a request for another form', async () => {
    const step = vi.fn((request: { stream?: boolean }) =>
      request.stream === true ? chunksOf(CHUNKS) : chatAnswer('a'),
    );
    const cache = new CachePrimitive(step as (request: object) => unknown);
    const [stream, whole] = await Promise.all([cache.execute(STREAMED), cache.execute(REQUEST)]);
    expect(await collect(stream as AsyncIterable<unknown>)).toEqual(CHUNKS);
    expect(whole).toEqual(chatAnswer('a'));
  });

  it('of a step that streams whatever is asked is given again as a stream', async () => {
    const step = vi.fn((_: object) => chunksOf(CHUNKS));
    const cache = new CachePrimitive(step);
    for (let turns = 0; turns < 3; turns += 1) expect(await collect(await cache.execute(REQUEST))).toEqual(CHUNKS);
    expect(step).toHaveBeenCalledTimes(1);
  });

  it('is pulled only as its reader pulls', async () => {
    const { step, seen } = watched(10);
    const stream = await new CachePrimitive(step).execute('a');
    await turn();
    expect(seen.pulled).toBe(0);
    await stream[Symbol.asyncIterator]().next();
    await turn();
    expect(seen.pulled).toBe(1);
  });

  it('is pulled only as its reader pulls, also as a ReadableStream', async () => {
    let pulled = 0;
    const pull = (controller: ReadableStreamDefaultController<number>): void => controller.enqueue((pulled += 1));
    const stream = await new CachePrimitive((_: unknown) => new ReadableStream({ pull }, { highWaterMark: 0 })).execute(
      'a',
    );
    await turn();
    expect(pulled).toBe(0);
    await stream.getReader().read();
    await turn();
    expect(pulled).toBe(1);
  });

  it('is not harmed by readers that change chunks', async () => {
    const cache = new CachePrimitive((_: unknown) => chunksOf([{ list: [1] }, { list: [2] }]));
    for (let turns = 0; turns < 3; turns += 1) {
      const seen: number[] = [];
      for await (const chunk of await cache.execute('a')) {
        seen.push(...chunk.list);
        chunk.list.push(99);
      }
      expect(seen).toEqual([1, 2]);
    }
  });

  it('saves the price of its usage when it is given again', async () => {
    using recording = recordingObserver();
    const cache = new CachePrimitive((_: unknown) => chunksOf(CHUNKS));
    await collect(await cache.execute(STREAMED));
    await collect(await cache.execute(STREAMED));
    expect(recording.factsOf('cache.savedUsd')).toEqual([
      { usd: expect.closeTo(ANSWER_USD, 12), grossUsd: expect.closeTo(ANSWER_USD, 12), source: 'cache' },
    ]);
  });

  it.each([
    ['N02 was cut short', [...CHUNKS.slice(0, 3), chatChunk({}, 'length')], 'length'],
    ['N03 was filtered', [...CHUNKS.slice(0, 3), chatChunk({}, 'content_filter')], 'content_filter'],
    ['N05 says no end', CHUNKS.slice(0, 3), 'no_finish_reason'],
    ['N06 says nothing', [chatChunk({ role: 'assistant', content: '' }), chatChunk({}, 'stop')], 'empty'],
    ['N06 has no chunk', [], 'empty'],
    [
      'N10 asks for a tool',
      [chatChunk({ tool_calls: [{ index: 0, id: 't' }] }), chatChunk({}, 'tool_calls')],
      'tool_calls',
    ],
    ['N04 carries an error', [...CHUNKS, { error: { message: 'overloaded' } }], 'error'],
    ['has chunks that JSON cannot hold', [new Uint8Array([1])], 'unserializable'],
  ])('is not stored when it %s', async (_, chunks, reason) => {
    using recording = recordingObserver();
    const step = vi.fn((_input: unknown) => chunksOf<unknown>(chunks));
    const cache = new CachePrimitive(step);
    expect(await collect(await cache.execute(STREAMED))).toEqual(chunks);
    await collect(await cache.execute(STREAMED));
    expect(step).toHaveBeenCalledTimes(2);
    expect(recording.factsOf('cache.skipped')).toEqual([reason, reason]);
  });

  it('F20 is not stored when it is too large, and goes on', async () => {
    using recording = recordingObserver();
    const chunks = Array.from({ length: 50 }, (_, index) => ({ index }));
    const step = vi.fn((_: unknown) => chunksOf(chunks));
    const cache = new CachePrimitive(step, { maxEntryLength: 100 });
    const [left, right] = await Promise.all([cache.execute('a'), cache.execute('a')]);
    expect(await collect(left)).toEqual(chunks);
    expect(await collect(right)).toEqual(chunks);
    expect(recording.factsOf('cache.skipped')).toEqual(['too_large']);
    await cache.execute('a');
    expect(step).toHaveBeenCalledTimes(2);
  });

  it('F20 is joined by nobody once it is too large to be remembered', async () => {
    const { step } = watched(50);
    const cache = new CachePrimitive(step, { maxEntryLength: 100 });
    const early = (await cache.execute('a'))[Symbol.asyncIterator]();
    for (let index = 0; index < 20; index += 1) await early.next();
    expect(await collect(await cache.execute('a'))).toHaveLength(50);
    expect(step).toHaveBeenCalledTimes(2);
    expect(await early.next()).toEqual({ done: false, value: { index: 20 } });
  });

  it('N07 is not stored when it fails, and fails with its own error', async () => {
    using recording = recordingObserver();
    const error = new Error('connection lost');
    const step = vi.fn(async function* (_: unknown) {
      yield 1;
      throw error;
    });
    const cache = new CachePrimitive(step);
    const [left, right] = await Promise.all([cache.execute('a'), cache.execute('a')]);
    await expect(collect(left)).rejects.toBe(error);
    await expect(collect(right)).rejects.toBe(error);
    expect(recording.factsOf('cache.skipped')).toEqual(['interrupted']);
    await cache.execute('a');
    expect(step).toHaveBeenCalledTimes(2);
  });
});

describe('a stream under way', () => {
  it('is shared by callers at their own pace, each from the beginning', async () => {
    const { step, seen } = watched(3);
    const cache = new CachePrimitive(step);
    const fast = await cache.execute('a');
    expect(await collect(await cache.execute('a'))).toEqual([{ index: 0 }, { index: 1 }, { index: 2 }]);
    expect(seen.pulled).toBe(3);
    expect(await collect(fast)).toEqual([{ index: 0 }, { index: 1 }, { index: 2 }]);
    expect(step).toHaveBeenCalledTimes(1);
    expect(cache.getStats()).toMatchObject({ misses: 1, coalesced: 1 });
  });

  it('is joined by a caller who comes later', async () => {
    const { step } = watched(4);
    const cache = new CachePrimitive(step);
    const early = (await cache.execute('a'))[Symbol.asyncIterator]();
    await early.next();
    await early.next();
    expect(await collect(await cache.execute('a'))).toHaveLength(4);
    expect(await early.next()).toEqual({ done: false, value: { index: 2 } });
    expect(step).toHaveBeenCalledTimes(1);
  });

  it('goes on when a reader leaves early, and is stored', async () => {
    const { step, seen } = watched(4);
    const cache = new CachePrimitive(step);
    const [leaver, stayer] = await Promise.all([cache.execute('a'), cache.execute('a')]);
    for await (const _chunk of leaver) break;
    expect(await collect(stayer)).toHaveLength(4);
    expect(seen.isLeft).toBe(false);
    await collect(await cache.execute('a'));
    expect(step).toHaveBeenCalledTimes(1);
  });

  it('N07 is ended when the last reader has left, and not stored', async () => {
    using recording = recordingObserver();
    const { step, seen } = watched(4);
    const cache = new CachePrimitive(step);
    for (const stream of await Promise.all([cache.execute('a'), cache.execute('a')]))
      for await (const _chunk of stream) break;
    await turn();
    expect(seen.isLeft).toBe(true);
    expect(seen.signal?.aborted).toBe(true);
    expect(recording.factsOf('cache.skipped')).toEqual(['interrupted']);
    await cache.execute('a');
    expect(step).toHaveBeenCalledTimes(2);
  });

  it('is ended when the last reader cancels a ReadableStream', async () => {
    const cancelled = vi.fn();
    const step = (_: unknown) =>
      new ReadableStream<number>(
        { pull: (controller) => controller.enqueue(1), cancel: cancelled },
        { highWaterMark: 0 },
      );
    const stream = await new CachePrimitive(step).execute('a');
    const reader = stream.getReader();
    await reader.read();
    await reader.cancel('enough');
    await turn();
    expect(cancelled).toHaveBeenCalledTimes(1);
  });

  it('fails for the reader whose context is aborted, even while it waits, and for nobody else', async () => {
    const gate = Promise.withResolvers<void>();
    const cache = new CachePrimitive(async function* (_: unknown) {
      yield 1;
      await gate.promise;
      yield 2;
    });
    const controller = new AbortController();
    const left = (await cache.execute('a', new WorkflowContext({ signal: controller.signal })))[Symbol.asyncIterator]();
    const stayed = await cache.execute('a');
    await left.next();
    const waiting = left.next().catch((error: unknown) => error);
    controller.abort('gone');
    expect(await waiting).toBe('gone');
    gate.resolve();
    expect(await collect(stayed)).toEqual([1, 2]);
  });

  it('is ended when its only caller leaves before the stream begins', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { step, seen } = watched(4);
    const cache = new CachePrimitive(async (input: unknown, context: WorkflowContext) => {
      await promise;
      return step(input, context);
    });
    const controller = new AbortController();
    const answer = cache
      .execute('a', new WorkflowContext({ signal: controller.signal }))
      .catch((error: unknown) => error);
    await turn();
    controller.abort('gone');
    expect(await answer).toBe('gone');
    resolve();
    await turn();
    expect(seen.pulled).toBe(0);
    expect(seen.signal?.reason).toBe('gone');
  });

  it('saves its price for each caller who read it to the end without paying', async () => {
    using recording = recordingObserver();
    const cache = new CachePrimitive((_: unknown) => chunksOf(CHUNKS));
    const [payer, reader, leaver] = await Promise.all([1, 2, 3].map(() => cache.execute(STREAMED)));
    for await (const _chunk of leaver as AsyncIterable<unknown>) break;
    await collect(payer as AsyncIterable<unknown>);
    await collect(reader as AsyncIterable<unknown>);
    expect(recording.factsOf('cache.savedUsd')).toEqual([
      { usd: expect.closeTo(ANSWER_USD, 12), grossUsd: expect.closeTo(ANSWER_USD, 12), source: 'coalesced' },
    ]);
    expect(recording.factsOf('cache.unpriced')).toEqual([]);
  });

  it('gives a slow reader of an unrecorded stream every chunk', async () => {
    const chunks = Array.from({ length: 20 }, (_, index) => new Uint8Array([index]));
    const cache = new CachePrimitive((_: unknown) => chunksOf(chunks));
    const [fast, slow] = await Promise.all([cache.execute('a'), cache.execute('a')]);
    expect(await collect(fast)).toEqual(chunks);
    expect(await collect(slow)).toEqual(chunks);
  });

  it('answers several reads of one reader in order', async () => {
    const { step } = watched(3);
    const reader = (await new CachePrimitive(step).execute('a'))[Symbol.asyncIterator]();
    const results = await Promise.all([reader.next(), reader.next(), reader.next(), reader.next()]);
    expect(results.map(({ value }) => value?.index)).toEqual([0, 1, 2, undefined]);
  });
});
