import { Readable } from 'node:stream';
import { isReadableStream } from 'tta-dev-primitives';
import type { StreamGuard } from './stream-guard.ts';

type Members = Record<PropertyKey, unknown>;
type Result = IteratorResult<unknown>;

/**
 * Has every read of a stream pass through a guard. A `ReadableStream` is relayed through a new one; every other stream is
 * changed in place, so that it keeps its class and its other members (an SDK's `controller`, `tee` and `toReadableStream`). A
 * Node.js `Readable` is guarded where it is iterated.
 */
export function limitStream<S extends object>(stream: S, guard: StreamGuard): S {
  if (isReadableStream(stream)) return relayThrough(guard, stream) as ReadableStream<unknown> & S;
  if (stream instanceof Readable) guard.addSource(() => stream.destroy()); // its iterator would wait for the chunk before
  const members = keepsIterator(stream)
    ? guardedMaker(guard, stream)
    : guardedMembers(guard, stream as AsyncIterable<unknown> & S);
  return replaceMembers(stream, members) as S;
}

interface IteratorKeeper {
  readonly iterator: () => AsyncIterator<unknown>;
}

/** The streams of the OpenAI and Anthropic SDKs make their iterator in a member which `tee` uses as well. */
function keepsIterator(stream: object): stream is IteratorKeeper {
  const isReplaceable = Object.getOwnPropertyDescriptor(stream, 'iterator')?.configurable === true;
  return isReplaceable && isMethodOf(stream, 'iterator') && isMethodOf(stream, 'tee');
}

function isMethodOf(target: object, key: string): boolean {
  return typeof (target as Members)[key] === 'function';
}

function guardedMaker(guard: StreamGuard, stream: IteratorKeeper): Members {
  const { iterator } = stream;
  return { iterator: () => guardedIterator(guard, iterator.call(stream)) };
}

function guardedMembers(guard: StreamGuard, stream: AsyncIterable<unknown>): Members {
  const iterate = stream[Symbol.asyncIterator];
  const own = isMethodOf(stream, 'next') ? guardedIterator(guard, stream as unknown as AsyncIterator<unknown>) : {};
  return {
    ...own,
    [Symbol.asyncIterator](this: unknown) {
      const iterator = iterate.call(stream);
      return (iterator as unknown) === stream ? this : guardedIterator(guard, iterator);
    },
  };
}

/** An iterator that reads through the guard; a reader that leaves closes its source, once. */
function guardedIterator(guard: StreamGuard, source: AsyncIterator<unknown>): AsyncIterableIterator<unknown> {
  const { next, return: leave, throw: raise } = source;
  let isClosed = false;
  const forget = guard.addSource(() => {
    isClosed = true;
    closeQuietly(() => leave?.call(source));
  });
  const guarded: AsyncIterableIterator<unknown> = {
    next: (...values) => guard.read<Result>(() => next.apply(source, values)),
    return: async (value) => {
      if (isClosed) return { done: true, value };
      isClosed = true;
      forget();
      guard.end({ kind: 'left', reason: undefined });
      return leave === undefined ? { done: true, value } : leave.call(source, value);
    },
    [Symbol.asyncIterator]: () => guarded,
  };
  if (raise !== undefined) guarded.throw = (error) => guard.read<Result>(() => raise.call(source, error));
  return guarded;
}

function relayThrough(guard: StreamGuard, source: ReadableStream<unknown>): ReadableStream<unknown> {
  const reader = source.getReader();
  const forget = guard.addSource((reason) => closeQuietly(() => reader.cancel(reason)));
  return new ReadableStream<unknown>(
    {
      async pull(controller) {
        const { done, value } = await guard.read(() => reader.read());
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel(reason) {
        forget();
        guard.end({ kind: 'left', reason });
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/** Nobody waits for the source to close, so nobody could hear of its failure to do so. */
function closeQuietly(close: () => unknown): void {
  try {
    void Promise.resolve(close()).catch(() => {});
  } catch {
    // As above.
  }
}

/** Replaces members in place; where that has no effect (a frozen stream, a proxy), the members stand alone. */
function replaceMembers(target: object, members: Members): object {
  for (const key of Reflect.ownKeys(members)) {
    const isReplaced =
      Reflect.defineProperty(target, key, { value: members[key], configurable: true, writable: true }) &&
      Reflect.get(target, key) === members[key];
    if (!isReplaced) return members;
  }
  return target;
}
