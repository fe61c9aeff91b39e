import { describe, expect, test, vi } from 'vitest';
import { COMPLETE, collect, counting, followed } from './__fixtures__/streams.ts';

const streamOf = <T>(...chunks: T[]): ReadableStream<T> => ReadableStream.from(chunks) as ReadableStream<T>;

function byteStream(...chunks: number[][]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    type: 'bytes',
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk !== undefined) controller.enqueue(Uint8Array.from(chunk));
      else {
        controller.close();
        controller.byobRequest?.respond(0);
      }
    },
  });
}

test('relays every chunk and reports the end', async () => {
  const { output, chunks, ends } = followed(streamOf('a', 'b'));
  expect(await collect(output)).toEqual(['a', 'b']);
  expect(chunks).toEqual(['a', 'b']);
  expect(ends).toEqual([COMPLETE]);
});

test('pulls the source only when its reader pulls', async () => {
  const pull = vi.fn((controller: ReadableStreamDefaultController<number>) => controller.enqueue(1));
  const { output } = followed(new ReadableStream({ pull }, { highWaterMark: 0 }));
  await new Promise(setImmediate);
  expect(pull).not.toHaveBeenCalled();
  await output.getReader().read();
  expect(pull).toHaveBeenCalledTimes(1);
});

test('passes the error of the source on and reports it', async () => {
  const error = new Error('the source broke');
  const { output, ends } = followed(new ReadableStream({ pull: () => Promise.reject(error) }));
  await expect(output.getReader().read()).rejects.toBe(error);
  expect(ends).toEqual([{ kind: 'failed', error }]);
});

test('passes a cancellation on with its reason and reports it', async () => {
  const cancel = vi.fn();
  const { output, ends } = followed(new ReadableStream({ cancel }));
  await output.cancel('enough');
  expect(cancel).toHaveBeenCalledWith('enough');
  expect(ends).toEqual([{ kind: 'left', reason: 'enough' }]);
});

test('can be cancelled while a read is pending', async () => {
  const { output, ends } = followed(new ReadableStream({ pull: () => new Promise(() => {}) }));
  const reader = output.getReader();
  const pending = reader.read();
  await reader.cancel('enough');
  expect(await pending).toEqual({ done: true, value: undefined });
  await new Promise(setImmediate);
  expect(ends).toEqual([{ kind: 'left', reason: 'enough' }]);
});

test('a reader that breaks out of its loop leaves the stream', async () => {
  const { output, ends } = followed(streamOf(1, 2, 3));
  for await (const chunk of output) if (chunk === 2) break;
  expect(ends).toEqual([{ kind: 'left', reason: undefined }]);
});

test('both branches of a tee get every chunk, and the follower gets it once', async () => {
  const { output, chunks, ends } = followed(streamOf(1, 2));
  const [left, right] = output.tee();
  expect(await Promise.all([collect(left), collect(right)])).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(chunks).toEqual([1, 2]);
  expect(ends).toEqual([COMPLETE]);
});

test('a relayed stream serves as the body of a response', async () => {
  const { output, ends } = followed(byteStream([104, 105]));
  expect(await new Response(output).text()).toBe('hi');
  expect(ends).toEqual([COMPLETE]);
});

test('a byte stream stays one: its reader may bring its own buffer', async () => {
  const { output, ends } = followed(byteStream([1, 2, 3]));
  const reader = output.getReader({ mode: 'byob' });
  expect((await reader.read(new Uint8Array(2))).value).toEqual(Uint8Array.of(1, 2));
  expect((await reader.read(new Uint8Array(2))).value).toEqual(Uint8Array.of(3));
  expect(await reader.read(new Uint8Array(2))).toMatchObject({ done: true });
  expect(ends).toEqual([COMPLETE]);
});

test('a locked stream is handed over as it is and counts as ended', () => {
  const source = streamOf(1);
  source.getReader();
  const { output, ends } = followed(source);
  expect(output).toBe(source);
  expect(ends).toEqual([COMPLETE]);
});

test('the same source is relayed once, whoever hands it over', async () => {
  const source = streamOf(1);
  const first = followed(source);
  const second = followed(source);
  expect(second.output).toBe(first.output);
  await collect(first.output);
  expect([first.ends, second.ends]).toEqual([[COMPLETE], [COMPLETE]]);
});

describe('iterating over a relay', () => {
  const numbers = (): ReadableStream<number> => ReadableStream.from(counting(4)) as ReadableStream<number>;

  test('gives the chunks in order, also those that are asked for at once', async () => {
    const { output, chunks, ends } = followed(numbers());
    const iterator = output[Symbol.asyncIterator]();
    const first = await Promise.all([iterator.next(), iterator.next()]);
    const rest = await Promise.all([iterator.next(), iterator.next(), iterator.next(), iterator.next()]);
    expect([...first, ...rest].map(({ value }) => value)).toEqual([1, 2, 3, 4, undefined, undefined]);
    expect([chunks, ends]).toEqual([[1, 2, 3, 4], [COMPLETE]]);
  });

  test('gives a chunk that is asked for later after those that are still waited for', async () => {
    const { output } = followed(numbers());
    const iterator = output[Symbol.asyncIterator]();
    const asked = [iterator.next(), iterator.next(), iterator.next()];
    await asked[0];
    asked.push(iterator.next());
    expect((await Promise.all(asked)).map(({ value }) => value)).toEqual([1, 2, 3, 4]);
  });

  test('locks it until its end, and leaves nothing to another reader', async () => {
    const { output } = followed(numbers());
    const iterator = output[Symbol.asyncIterator]();
    await iterator.next();
    expect(output.locked).toBe(true);
    while ((await iterator.next()).done !== true);
    expect(output.locked).toBe(false);
    expect(await output.getReader().read()).toEqual({ done: true, value: undefined });
  });

  test('makes the body of its response a used one', async () => {
    const { output } = followed(new Response(new Blob(['ab']).stream()));
    for await (const _chunk of output.body as AsyncIterable<Uint8Array>) expect(output.bodyUsed).toBe(true);
    await expect(output.text()).rejects.toThrow(TypeError);
  });

  test('cancels the source once when it is left, for the reason that is given', async () => {
    const cancel = vi.fn();
    const { output, ends } = followed(new ReadableStream({ pull: (controller) => controller.enqueue(1), cancel }));
    const iterator: AsyncIterator<unknown, unknown> = output[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.next();
    expect(await iterator.return?.('enough')).toEqual({ done: true, value: 'enough' });
    await iterator.return?.('again');
    expect(cancel.mock.calls).toEqual([['enough']]);
    expect(ends).toEqual([{ kind: 'left', reason: 'enough' }]);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  test('fails with the error of its source, and so does a later reader', async () => {
    const error = new Error('broken');
    let pulls = 0;
    const source = new ReadableStream({
      pull(controller) {
        pulls += 1;
        if (pulls === 3) controller.error(error);
        else controller.enqueue(pulls);
      },
    });
    const { output, ends } = followed(source);
    await expect(collect(output)).rejects.toBe(error);
    await expect(output.getReader().read()).rejects.toBe(error);
    expect(ends).toEqual([{ kind: 'failed', error }]);
  });
});
