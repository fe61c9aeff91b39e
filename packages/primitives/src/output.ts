import { AsyncLocalStorage } from 'node:async_hooks';
import { Readable } from 'node:stream';

/** How an output ended: by itself, by failing, or because its reader left early. */
export type OutputEnd =
  | { readonly kind: 'complete' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'left'; readonly reason: unknown };

/** Somebody who follows an output. */
export interface OutputFollower {
  /** Called with every chunk of a stream as its reader gets it; a value has no chunks, nor has a Node.js `Readable`. */
  readonly onChunk?: ((chunk: unknown) => void) | undefined;
  /** Called once, when the output has really ended. */
  readonly onEnd: (end: OutputEnd) => void;
}

/**
 * Follows one stream and tells everybody who asked, in the order in which they asked.
 *
 * One tracker per stream, however many primitives the stream passes through on its way out.
 */
class StreamTracker {
  #followers: OutputFollower[] = [];
  #end: OutputEnd | undefined;

  add(follower: OutputFollower): void {
    if (this.#end === undefined) this.#followers.push(follower);
    else follower.onEnd(this.#end);
  }

  chunk(value: unknown): void {
    for (const { onChunk } of this.#followers) onChunk?.(value);
  }

  settle(end: OutputEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    const followers = this.#followers;
    this.#followers = [];
    for (const { onEnd } of followers) onEnd(end);
  }
}

const trackers = new WeakMap<object, StreamTracker>();

const COMPLETE: OutputEnd = { kind: 'complete' };

export function isReadableStream(value: unknown): value is ReadableStream<unknown> {
  return value instanceof ReadableStream;
}

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** Whether an output goes on after it was handed over: an `AsyncIterable` or a `ReadableStream`. */
export function isStream(value: unknown): value is AsyncIterable<unknown> | ReadableStream<unknown> {
  return isReadableStream(value) || isAsyncIterable(value);
}

/**
 * Follows an output to its real end: a value has ended at once, a stream when it ends, fails or is left by its reader.
 *
 * A plain `ReadableStream` is relayed through a new one, so hand on what this function returns. Every other stream is followed
 * in place and keeps its identity, its class and its other members (an SDK's `controller`, a Node.js `Readable`'s `pipe`).
 * A source is pulled only when its reader pulls, and runs in the asynchronous context of the step that made it. A follower must
 * not throw.
 */
export function followOutput<O>(output: O, follower: OutputFollower): O {
  if (!isStream(output)) {
    follower.onEnd(COMPLETE);
    return output;
  }
  const known = trackers.get(output);
  if (known !== undefined) {
    known.add(follower);
    return output;
  }
  const tracker = new StreamTracker();
  tracker.add(follower);
  const followed = follow(output, tracker);
  trackers.set(followed, tracker);
  return followed as O;
}

function follow(stream: AsyncIterable<unknown> | ReadableStream<unknown>, tracker: StreamTracker): object {
  if (stream instanceof Readable) return followReadable(stream, tracker);
  if (isReadableStream(stream) && Object.getPrototypeOf(stream) === ReadableStream.prototype) {
    return relay(stream, tracker);
  }
  return followIterable(stream as AsyncIterable<unknown>, tracker);
}

function followReadable(stream: Readable, tracker: StreamTracker): Readable {
  const settle = (): void =>
    tracker.settle(
      stream.errored !== null
        ? { kind: 'failed', error: stream.errored }
        : stream.readableEnded
          ? COMPLETE
          : { kind: 'left', reason: undefined },
    );
  // 'close' and 'end' only: a listener for 'error' would silence an error that nobody else handles.
  stream.once('end', settle).once('close', settle);
  return stream;
}

function relay(source: ReadableStream<unknown>, tracker: StreamTracker): ReadableStream<unknown> {
  const inStepContext = AsyncLocalStorage.snapshot();
  const reader = source.getReader();
  return new ReadableStream<unknown>(
    {
      async pull(controller) {
        try {
          const { done, value } = await inStepContext(() => reader.read());
          if (!done) {
            tracker.chunk(value);
            controller.enqueue(value);
            return;
          }
          controller.close();
          tracker.settle(COMPLETE);
        } catch (error) {
          tracker.settle({ kind: 'failed', error });
          throw error;
        }
      },
      async cancel(reason) {
        tracker.settle({ kind: 'left', reason });
        await inStepContext(() => reader.cancel(reason));
      },
    },
    { highWaterMark: 0 },
  );
}

/** Follows an iterable in place: its iterator, or the iterable itself when it is one, reports its own end. */
function followIterable(iterable: AsyncIterable<unknown>, tracker: StreamTracker): object {
  const inStepContext = AsyncLocalStorage.snapshot();
  const isIterator = typeof (iterable as Partial<AsyncIterator<unknown>>).next === 'function';
  if (!Object.isExtensible(iterable)) {
    return { [Symbol.asyncIterator]: () => followIterator(iterable[Symbol.asyncIterator](), tracker, inStepContext) };
  }
  if (isIterator) {
    const iterator = iterable as unknown as AsyncIterator<unknown>;
    const followed = followIterator(iterator, tracker, inStepContext);
    define(iterable, 'next', followed.next);
    if (followed.return !== undefined) define(iterable, 'return', followed.return);
    if (followed.throw !== undefined) define(iterable, 'throw', followed.throw);
    define(iterable, Symbol.asyncIterator, () => iterable);
    return iterable;
  }
  const original = iterable[Symbol.asyncIterator];
  define(iterable, Symbol.asyncIterator, () => followIterator(original.call(iterable), tracker, inStepContext));
  return iterable;
}

function define(target: object, key: PropertyKey, value: unknown): void {
  Object.defineProperty(target, key, { value, configurable: true, writable: true, enumerable: false });
}

function followIterator(
  source: AsyncIterator<unknown>,
  tracker: StreamTracker,
  inStepContext: <R>(work: () => R) => R,
): AsyncIterableIterator<unknown> {
  const next = source.next.bind(source);
  const leave = source.return?.bind(source);
  const raise = source.throw?.bind(source);
  const watched = async (pull: () => PromiseLike<IteratorResult<unknown>>): Promise<IteratorResult<unknown>> => {
    try {
      const result = await inStepContext(pull);
      if (result.done === true) tracker.settle(COMPLETE);
      else tracker.chunk(result.value);
      return result;
    } catch (error) {
      tracker.settle({ kind: 'failed', error });
      throw error;
    }
  };
  const followed: AsyncIterableIterator<unknown> = {
    next: () => watched(() => next()),
    [Symbol.asyncIterator]: () => followed,
  };
  // `return` is always there: a reader that leaves ends the output even when the source has nothing to clean up.
  followed.return = (value) => {
    tracker.settle({ kind: 'left', reason: undefined });
    return leave === undefined
      ? Promise.resolve({ done: true, value })
      : Promise.resolve(inStepContext(() => leave(value)));
  };
  if (raise !== undefined) followed.throw = (error) => watched(() => raise(error));
  return followed;
}
