import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, test, vi } from 'vitest';
import { COMPLETE, collect, counting, followed } from './__fixtures__/streams.ts';

/** Shaped like the streams of the OpenAI and Anthropic SDKs: private members, a controller, and a new iterator each time. */
class SdkStream {
  readonly controller = new AbortController();
  readonly #upTo: number;

  constructor(upTo: number) {
    this.#upTo = upTo;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<number> {
    yield* counting(this.#upTo);
  }

  get size(): number {
    return this.#upTo;
  }

  describe(): string {
    return `up to ${this.#upTo}`;
  }
}

/** Shaped like the OpenAI SDK's own class, of which the branches of a tee read the one iterator that a member makes. */
class TeeableStream {
  readonly iterator: () => AsyncIterator<number>;

  constructor(upTo: number) {
    this.iterator = () => counting(upTo);
  }

  [Symbol.asyncIterator](): AsyncIterator<number> {
    return this.iterator();
  }

  tee(): AsyncIterableIterator<number>[] {
    const iterator = this.iterator();
    const left: Promise<IteratorResult<number>>[] = [];
    const right: Promise<IteratorResult<number>>[] = [];
    const branch = (queue: typeof left): AsyncIterableIterator<number> => ({
      next() {
        if (queue.length === 0) {
          const result = iterator.next();
          left.push(result);
          right.push(result);
        }
        return queue.shift() as Promise<IteratorResult<number>>;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    });
    return [branch(left), branch(right)];
  }
}

/** Shaped like a database cursor: `next` gives rows, not iterator results. */
class Cursor {
  readonly #rows = ['a', 'b'];

  async next(): Promise<string | undefined> {
    return this.#rows.shift();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    for (let row = await this.next(); row !== undefined; row = await this.next()) yield row;
  }
}

test('a generator stays the same object and reports its chunks and its end', async () => {
  const generator = counting(3);
  const { output, chunks, ends } = followed(generator);
  expect(output).toBe(generator);
  expect(ends).toEqual([]);
  expect(await collect(output)).toEqual([1, 2, 3]);
  expect(chunks).toEqual([1, 2, 3]);
  expect(ends).toEqual([COMPLETE]);
});

test('a generator read by hand keeps what is passed to next and what it returns', async () => {
  async function* echo(): AsyncGenerator<string, string, string> {
    return `heard ${yield 'ready'}`;
  }
  const { output, ends } = followed(echo());
  expect(await output.next('lost')).toEqual({ done: false, value: 'ready' });
  expect(await output.next('hello')).toEqual({ done: true, value: 'heard hello' });
  expect(ends).toEqual([COMPLETE]);
});

test('a source that throws ends as failed with that very error, which its reader gets', async () => {
  const error = new Error('the stream broke');
  const { output, chunks, ends } = followed(
    (async function* () {
      yield 1;
      throw error;
    })(),
  );
  await expect(collect(output)).rejects.toBe(error);
  expect(chunks).toEqual([1]);
  expect(ends).toEqual([{ kind: 'failed', error }]);
});

test('a reader that breaks leaves the stream, and the source cleans up', async () => {
  const cleanUp = vi.fn();
  const { output, ends } = followed(counting(3, cleanUp));
  for await (const count of output) if (count === 2) break;
  expect(cleanUp).toHaveBeenCalledTimes(1);
  expect(ends).toEqual([{ kind: 'left', reason: undefined }]);
});

test('a reader that disposes of the stream leaves it', async () => {
  // As generators are from Node.js 24 on.
  const disposable = Object.assign(counting(3), {
    async [Symbol.asyncDispose](this: AsyncGenerator<number>): Promise<void> {
      await this.return(undefined);
    },
  });
  const { output, ends } = followed(disposable);
  {
    await using stream = output;
    await stream.next();
  }
  expect(ends).toEqual([{ kind: 'left', reason: undefined }]);
});

test('an error thrown into a generator is its failure, unless the generator handles it', async () => {
  const error = new Error('thrown in');
  const failing = followed(counting(3));
  await failing.output.next();
  await expect(failing.output.throw(error)).rejects.toBe(error);
  expect(failing.ends).toEqual([{ kind: 'failed', error }]);
});

test('a source is not pulled before its reader pulls', async () => {
  const pull = vi.fn(async () => ({ done: true, value: undefined }) as const);
  const { ends } = followed({ [Symbol.asyncIterator]: () => ({ next: pull }) });
  await new Promise(setImmediate);
  expect(pull).not.toHaveBeenCalled();
  expect(ends).toEqual([]);
});

test('a source without a return is still left by a reader that breaks', async () => {
  const source = { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: 1 }) }) };
  const { output, ends } = followed(source);
  for await (const _ of output) break;
  expect(ends).toEqual([{ kind: 'left', reason: undefined }]);
});

test('an SDK stream keeps its identity, class, private members and controller', async () => {
  const stream = new SdkStream(2);
  const { output, ends } = followed(stream);
  expect(output).toBe(stream);
  expect(output).toBeInstanceOf(SdkStream);
  expect([output.size, output.describe(), Object.keys(output)]).toEqual([2, 'up to 2', ['controller']]);
  expect(await collect(output)).toEqual([1, 2]);
  expect(ends).toEqual([COMPLETE]);
});

test('a stream that can be read again is followed to its first end', async () => {
  const { output, chunks, ends } = followed(new SdkStream(2));
  expect([await collect(output), await collect(output)]).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(chunks).toEqual([1, 2]);
  expect(ends).toEqual([COMPLETE]);
});

test('an iterable that gives the same iterator twice counts every chunk once', async () => {
  const iterator = counting(3);
  const { output, chunks } = followed({ [Symbol.asyncIterator]: () => iterator });
  await output[Symbol.asyncIterator]().next();
  expect(await collect(output)).toEqual([2, 3]);
  expect(chunks).toEqual([1, 2, 3]);
});

test('a handwritten iterator that iterates itself counts every chunk once', async () => {
  let count = 0;
  const source = {
    next: async () => (count++ < 2 ? { done: false, value: count } : { done: true, value: undefined }),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  const { output, chunks, ends } = followed(source);
  expect(await collect(output as AsyncIterable<unknown>)).toEqual([1, 2]);
  expect(chunks).toEqual([1, 2]);
  expect(ends).toEqual([COMPLETE]);
});

test('a cursor whose next gives rows can be read as before, either way', async () => {
  const iterated = followed(new Cursor());
  expect(await collect(iterated.output)).toEqual(['a', 'b']);
  expect(iterated.chunks).toEqual(['a', 'b']);
  expect(iterated.ends).toEqual([COMPLETE]);
  expect(await followed(new Cursor()).output.next()).toBe('a');
});

test('a source whose next answers or throws synchronously is passed through as it is', async () => {
  const error = new Error('synchronous');
  const answers = [{ done: false, value: 1 }];
  const source = {
    next(): unknown {
      const answer = answers.shift();
      if (answer === undefined) throw error;
      return answer;
    },
    [Symbol.asyncIterator]() {
      return this as never;
    },
  };
  const { output, chunks, ends } = followed(source);
  expect(output.next()).toEqual({ done: false, value: 1 });
  expect(() => output.next()).toThrow(error);
  expect(chunks).toEqual([1]);
  expect(ends).toEqual([{ kind: 'failed', error }]);
});

test('a frozen stream gives way to a shadow with the same class and members', async () => {
  const stream = Object.freeze(new SdkStream(2));
  const { output, chunks, ends } = followed(stream);
  expect(output).toBeInstanceOf(SdkStream);
  expect([output.size, output.describe(), 'controller' in output, 'then' in output]).toEqual([
    2,
    'up to 2',
    true,
    false,
  ]);
  expect(await collect(output)).toEqual([1, 2]);
  expect(chunks).toEqual([1, 2]);
  expect(ends).toEqual([COMPLETE]);
});

test('a frozen generator is followed by hand and by loop', async () => {
  const { output, chunks, ends } = followed(Object.freeze(counting(2)));
  expect(await output.next()).toEqual({ done: false, value: 1 });
  expect(await collect(output)).toEqual([2]);
  expect(chunks).toEqual([1, 2]);
  expect(ends).toEqual([COMPLETE]);
});

test('a source runs in the asynchronous context of the step that made it', async () => {
  const storage = new AsyncLocalStorage<string>();
  const seen: unknown[] = [];
  async function* reporting(): AsyncGenerator<number> {
    seen.push(storage.getStore());
    yield 1;
    seen.push(storage.getStore());
  }
  const { output } = storage.run('step', () => followed(reporting()));
  await storage.run('reader', () => collect(output));
  expect(seen).toEqual(['step', 'step']);
});

test('a stream of an SDK is followed through its own tee, each chunk once', async () => {
  const { output, chunks, ends } = followed(new TeeableStream(2));
  const branches = await Promise.all(output.tee().map(collect));
  expect(branches).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(chunks).toEqual([1, 2]);
  expect(ends).toEqual([COMPLETE]);
});

test('a stream of an SDK that makes its iterator in a member is followed once through a loop', async () => {
  const { output, chunks, ends } = followed(new TeeableStream(2));
  expect(await collect(output)).toEqual([1, 2]);
  expect(chunks).toEqual([1, 2]);
  expect(ends).toEqual([COMPLETE]);
});
