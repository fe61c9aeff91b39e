import { errorMonitor } from 'node:events';
import { Readable } from 'node:stream';
import { followIterable } from './iterable.ts';
import { relay } from './relay.ts';
import { COMPLETE, type OutputEnd, type OutputFollower, StreamTracker, tellEnd } from './stream-tracker.ts';

type Stream = AsyncIterable<unknown> | ReadableStream<unknown>;

interface Followed {
  readonly stream: object;
  readonly tracker: StreamTracker;
}

/** One tracker per stream, found by the stream and by its relay, however many primitives it passes on its way out. */
const known = new WeakMap<object, Followed>();

/** Never throws: what cannot be looked at (a revoked proxy) is none. */
export function isReadableStream(value: unknown): value is ReadableStream<unknown> {
  try {
    return value instanceof ReadableStream;
  } catch {
    return false;
  }
}

/** Never throws: what cannot be looked at (a revoked proxy) is none. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return Symbol.asyncIterator in value;
  } catch {
    return false;
  }
}

/** Whether an output goes on after it was handed over: an `AsyncIterable` or a `ReadableStream`. */
export function isStream(value: unknown): value is Stream {
  return isReadableStream(value) || isAsyncIterable(value);
}

/**
 * Follows an output to its real end: a value has ended at once, a stream when it ends, fails or is left by its reader.
 *
 * A plain `ReadableStream` is relayed through a new one of the same type, so hand on what this function returns. Every other
 * stream is followed in place and keeps its identity, its class and its other members (an SDK's `controller`, a Node.js
 * `Readable`'s `pipe`); only a frozen one is replaced by a shadow. A source is pulled only when its reader pulls, and runs in
 * the asynchronous context of the step that made it. A stream that can be read again is followed to its first end, and one that
 * cannot be followed (locked by another reader) counts as ended when it is handed over.
 */
export function followOutput<O>(output: O, follower: OutputFollower): O {
  const followed = isStream(output) ? (known.get(output) ?? follow(output)) : undefined;
  if (followed === undefined) {
    tellEnd(follower, COMPLETE);
    return output;
  }
  followed.tracker.add(follower);
  return followed.stream as O;
}

/**
 * Tells everybody who follows a stream how it ended, for whoever knows before the stream itself can tell: one who stops it from
 * outside, or reads it past its own iterator. Does nothing for a stream that nobody follows or that has ended.
 */
export function endOutput(stream: object, end: OutputEnd): void {
  known.get(stream)?.tracker.settle(end);
}

function follow(stream: Stream): Followed | undefined {
  const tracker = new StreamTracker();
  try {
    const followed = { stream: attach(stream, tracker), tracker };
    known.set(stream, followed).set(followed.stream, followed);
    return followed;
  } catch {
    return undefined; // the work is done, and being watched must not undo it
  }
}

function attach(stream: Stream, tracker: StreamTracker): object {
  if (stream instanceof Readable) return followReadable(stream, tracker);
  if (isReadableStream(stream) && Object.getPrototypeOf(stream) === ReadableStream.prototype) {
    return relay(stream, tracker);
  }
  return followIterable(stream as AsyncIterable<unknown>, tracker);
}

function followReadable(stream: Readable, tracker: StreamTracker): Readable {
  const settle = (error: Error | null = stream.errored): void => {
    if (error !== null && !isAbort(error)) tracker.settle({ kind: 'failed', error });
    else if (stream.readableEnded) tracker.settle(COMPLETE);
    else tracker.settle({ kind: 'left', reason: error ?? undefined });
  };
  const settleQuietly = (): void => settle();
  // A listener for 'error' itself would silence an error that nobody else handles.
  stream.once('end', settleQuietly).once('close', settleQuietly).once(errorMonitor, settle);
  if (stream.readableEnded || stream.closed) settle();
  return stream;
}

/** Node.js destroys a `Readable` with this error when a loop over it breaks, or its signal aborts. */
function isAbort(error: Error): boolean {
  return 'code' in error && error.code === 'ABORT_ERR';
}
