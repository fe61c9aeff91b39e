import { Readable } from 'node:stream';
import { Stream as OpenAiStream } from 'openai/core/streaming';
import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { never } from './__fixtures__/routing.ts';
import { RouterPrimitive } from './router-primitive.ts';

const overloaded = Object.assign(new Error('Overloaded'), { status: 529 });
const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 1 };

type Stream = AsyncIterable<unknown> & object;

async function* chunks(...values: unknown[]): AsyncGenerator<unknown> {
  for (const value of values) {
    if (value instanceof Error) throw value;
    yield value;
  }
}

/** Has its iterator made elsewhere, and private members, as SDKs' streams have. */
class SdkStream {
  readonly controller: AbortController = new AbortController();
  readonly #values: readonly unknown[];

  constructor(...values: unknown[]) {
    this.#values = values;
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    return chunks(...this.#values);
  }
}

const readableStream = (...values: unknown[]): ReadableStream<unknown> => ReadableStream.from(chunks(...values));

const openAiStream = (...values: unknown[]): OpenAiStream<unknown> =>
  new OpenAiStream(() => chunks(...values), new AbortController());

function routerOf(
  first: () => unknown,
  second: () => unknown = () => chunks('b'),
): RouterPrimitive<unknown, Stream, 'a' | 'b'> {
  return new RouterPrimitive<unknown, Stream, 'a' | 'b'>(
    { a: { step: () => first() as Stream, price }, b: { step: () => second() as Stream, price } },
    { strategy: () => 'a', defaultRoute: 'a', fallback: true },
  );
}

async function read(stream: Stream): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const chunk of stream) all.push(chunk);
  return all;
}

describe.each<[string, (...values: unknown[]) => unknown]>([
  ['a generator', chunks],
  ['a stream of an SDK', (...values) => new SdkStream(...values)],
  ['a stream of OpenAI', openAiStream],
  ['a ReadableStream', readableStream],
  ['a Node.js Readable', (...values) => Readable.from(chunks(...values))],
  ['a frozen stream', (...values) => Object.freeze(new SdkStream(...values))],
  ['a frozen generator', (...values) => Object.freeze(chunks(...values))],
])('%s behind a router with a fallback', (_, make) => {
  it('gives every chunk once, in order', async () => {
    expect(await read(await routerOf(() => make('1', '2', '3')).execute(undefined))).toEqual(['1', '2', '3']);
  });

  it('gives way to another route when it fails before its first chunk', async () => {
    using recording = recordingObserver();
    const router = routerOf(
      () => make(overloaded),
      () => make('x', 'y'),
    );
    expect(await read(await router.execute(undefined))).toEqual(['x', 'y']);
    expect(recording.factsOf('router.fallback')).toEqual([{ route: 'a', errorType: 'http_5xx' }]);
    expect(router.getStats().routes).toMatchObject({ a: { attempts: 1, errors: 1 }, b: { attempts: 1, errors: 0 } });
  });

  it('is its reader’s from its first chunk on', async () => {
    const router = routerOf(() => make('1', overloaded));
    const stream = await router.execute(undefined);
    await expect(read(stream)).rejects.toBe(overloaded);
    expect(router.getStats().routes).toMatchObject({ a: { attempts: 1, errors: 1 }, b: { attempts: 0 } });
  });
});

describe('a stream behind a router with a fallback', () => {
  it('stays the same object, with its class and its members', async () => {
    const stream = new SdkStream('1');
    expect(await routerOf(() => stream).execute(undefined)).toBe(stream);
    const generator = chunks('1', '2');
    expect(await routerOf(() => generator).execute(undefined)).toBe(generator);
  });

  it('of OpenAI gives its first chunk to both branches of its tee', async () => {
    const stream = (await routerOf(() => openAiStream('1', '2')).execute(undefined)) as OpenAiStream<unknown>;
    const [left, right] = stream.tee();
    expect([await read(left), await read(right)]).toEqual([
      ['1', '2'],
      ['1', '2'],
    ]);
  });

  it('that can be read again gives its first chunk each time', async () => {
    const stream = await routerOf(() => new SdkStream('1', '2')).execute(undefined);
    expect([await read(stream), await read(stream)]).toEqual([
      ['1', '2'],
      ['1', '2'],
    ]);
  });

  it('is pulled once before its reader pulls, and no further', async () => {
    let pulled = 0;
    const counting = async function* (): AsyncGenerator<number> {
      for (;;) yield ++pulled;
    };
    const stream = await routerOf(counting).execute(undefined);
    await manualClock().advance(0);
    expect(pulled).toBe(1);
    const iterator = stream[Symbol.asyncIterator]();
    expect([await iterator.next(), await iterator.next()].map(({ value }) => value)).toEqual([1, 2]);
    await iterator.return?.();
  });

  it('can be left by its reader, and its source cleans up', async () => {
    let isClean = false;
    const source = async function* (): AsyncGenerator<number> {
      try {
        yield 1;
        yield 2;
      } finally {
        isClean = true;
      }
    };
    for await (const _ of await routerOf(source).execute(undefined)) break;
    expect(isClean).toBe(true);
  });

  it('of bytes stays one of bytes', async () => {
    const bytes = new ReadableStream({
      type: 'bytes',
      start(controller) {
        controller.enqueue(Uint8Array.of(1, 2, 3));
        controller.close();
      },
    });
    const stream = (await routerOf(() => bytes).execute(undefined)) as unknown as ReadableStream<Uint8Array>;
    const reader = stream.getReader({ mode: 'byob' });
    expect((await reader.read(new Uint8Array(2))).value).toEqual(Uint8Array.of(1, 2));
  });

  it('is let go of when its caller leaves before it has begun', async () => {
    let isClean = false;
    const hanging = {
      [Symbol.asyncIterator]: () => ({
        next: () => never,
        return: async () => {
          isClean = true;
          return { done: true as const, value: undefined };
        },
      }),
    };
    const controller = new AbortController();
    const router = routerOf(() => hanging);
    const answer = router.execute(undefined, new WorkflowContext({ signal: controller.signal }));
    await manualClock().advance(0);
    const reason = new Error('left');
    controller.abort(reason);
    await expect(answer).rejects.toBe(reason);
    expect(isClean).toBe(true);
    expect(router.getStats().routes).toMatchObject({ a: { errors: 0 }, b: { attempts: 0 } });
  });

  it('is handed over at once when no other route is left', async () => {
    const router = routerOf(
      () => {
        throw overloaded;
      },
      () => ({ [Symbol.asyncIterator]: () => ({ next: () => never }) }),
    );
    await expect(router.execute(undefined)).resolves.toBeDefined();
  });

  it('that failed before its first chunk costs nothing, and is not taken for unpriced', async () => {
    const usage = { prompt_tokens: 1_000, completion_tokens: 0, total_tokens: 1_000 };
    const router = routerOf(
      () => chunks(overloaded),
      () => chunks({ id: '1', model: 'm', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage }),
    );
    await read(await router.execute(undefined));
    expect(router.getStats()).toMatchObject({ unpriced: 0, routes: { a: { costUsd: 0 }, b: { costUsd: 0.001 } } });
  });
});

it.each([
  ['a generator', () => chunks()],
  ['a ReadableStream', () => ReadableStream.from([])],
])('%s without a chunk is no answer: another route takes its place', async (_, make) => {
  using recording = recordingObserver();
  const router = routerOf(make as never, () => chunks('x'));
  expect(await read(await router.execute(undefined))).toEqual(['x']);
  expect(recording.factsOf('router.fallback')).toMatchObject([{ route: 'a' }]);
});
