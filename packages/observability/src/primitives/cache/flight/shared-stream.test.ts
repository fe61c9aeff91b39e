import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { SharedStream } from './shared-stream.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** JSON has no word for it, so that a stream of these is not recorded. */
class Chunk {
  readonly bytes = new Uint8Array(1_024);
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** An endless stream of chunks that nobody but its readers holds. */
function unrecorded() {
  const seen: WeakRef<Chunk>[] = [];
  const source = (async function* () {
    for (;;) {
      const chunk = new Chunk();
      seen.push(new WeakRef(chunk));
      yield chunk;
    }
  })();
  const shared = new SharedStream(source, { maxRecorded: 1_000, onUnrecordable: () => {}, onEnd: () => {} });
  const open = () => shared.open(() => {}).output as AsyncIterableIterator<unknown>;
  /** How many chunks are held; the newest is, by whoever made it. */
  const held = async (): Promise<number> => {
    await turn(); // a WeakRef keeps its target to the end of the turn
    collectGarbage();
    return seen.filter((chunk) => chunk.deref() !== undefined).length;
  };
  return { open, held };
}

async function skip(stream: AsyncIterator<unknown>, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await stream.next();
}

describe('a shared stream that is not recorded', () => {
  it('holds what its slowest reader has still to read, and nothing else', async () => {
    const { open, held } = unrecorded();
    const fast = open();
    const slow = open();
    await skip(fast, 50);
    expect(await held()).toBeGreaterThanOrEqual(50);
    await skip(slow, 40);
    expect(await held()).toBeLessThanOrEqual(12);
  });

  it('holds nothing for a reader who has left', async () => {
    const { open, held } = unrecorded();
    const fast = open();
    const slow = open();
    await skip(fast, 50);
    await slow.return?.();
    expect(await held()).toBeLessThanOrEqual(2);
  });
});

describe('the readers of a shared stream', () => {
  const ignored = { maxRecorded: 1_000, onUnrecordable: () => {}, onEnd: () => {} };
  const readersOf = (source: AsyncIterable<unknown>) => {
    const shared = new SharedStream(source, ignored);
    const open = () => shared.open(() => {}).output as AsyncIterableIterator<unknown>;
    return [open(), open()] as const;
  };
  const results = (...values: readonly number[]) => values.map((value) => ({ done: false, value }));
  const END = { done: true, value: undefined };

  it('get every result in its order, however many they ask for at once', async () => {
    const source = (async function* () {
      yield* [1, 2, 3];
    })();
    const [first, second] = readersOf(source);
    const reads = [first, first, second, first, first, second, second].map((reader) => reader.next());
    const [one, two, a, three, end, b, c] = await Promise.all(reads);
    expect([one, two, three, end]).toEqual([...results(1, 2, 3), END]);
    expect([a, b, c]).toEqual(results(1, 2, 3));
  });

  it('pull the source once for a chunk that both wait for', async () => {
    const pulls: PromiseWithResolvers<IteratorResult<unknown>>[] = [];
    const next = () => {
      const pull = Promise.withResolvers<IteratorResult<unknown>>();
      pulls.push(pull);
      return pull.promise;
    };
    const source = { [Symbol.asyncIterator]: () => ({ next }) } as unknown as AsyncIterable<unknown>;
    const reads = readersOf(source).map((reader) => reader.next());
    expect(pulls).toHaveLength(1);
    pulls[0]?.resolve({ done: false, value: 1 });
    expect(await Promise.all(reads)).toEqual(results(1, 1));
    expect(pulls).toHaveLength(1);
  });

  it('each get memory of their own of a stream of bytes', async () => {
    const start = (controller: ReadableByteStreamController): void => controller.enqueue(new Uint8Array([1, 2]));
    const shared = new SharedStream(new ReadableStream({ type: 'bytes', start }), ignored);
    const [first, second] = [0, 1].map(() => (shared.open(() => {}).output as ReadableStream<Uint8Array>).getReader());
    const given = await first?.read();
    structuredClone(given?.value, { transfer: [given?.value?.buffer as ArrayBuffer] });
    expect((await second?.read())?.value).toEqual(new Uint8Array([1, 2]));
  });

  it('get the results of a source that has them at once', async () => {
    let count = 0;
    const next = () => (++count > 3 ? END : { done: false, value: count });
    const source = { [Symbol.asyncIterator]: () => ({ next }) } as unknown as AsyncIterable<unknown>;
    for (const reader of readersOf(source)) {
      const reads = [1, 2, 3, 4].map(() => reader.next());
      expect(await Promise.all(reads)).toEqual([...results(1, 2, 3), END]);
    }
  });

  it('all fail with the error of the source, after what came before it', async () => {
    const error = new Error('of the source');
    const source = (async function* () {
      yield 1;
      throw error;
    })();
    const reads = readersOf(source).flatMap((reader) => [reader.next(), reader.next()]);
    const settled = await Promise.allSettled(reads);
    expect(settled.map((read) => (read.status === 'fulfilled' ? read.value : read.reason))).toEqual(
      [1, 2].flatMap(() => [...results(1), error]),
    );
  });

  it('have read everything once they have left', async () => {
    const source = (async function* () {
      for (;;) yield 1;
    })();
    const [reader] = readersOf(source);
    await reader.return?.();
    expect(await reader.next()).toEqual(END);
  });
});

describe('a shared stream whose source hangs', () => {
  it('answers every read of a reader who leaves', async () => {
    const source = (async function* () {
      await new Promise(() => {});
      yield 1;
    })();
    const shared = new SharedStream(source, { maxRecorded: 1_000, onUnrecordable: () => {}, onEnd: () => {} });
    const stream = shared.open(() => {}).output as AsyncIterableIterator<unknown>;
    const reads = [stream.next(), stream.next()];
    await stream.return?.();
    expect(await Promise.all(reads)).toEqual(Array(2).fill({ done: true, value: undefined }));
  });
});
