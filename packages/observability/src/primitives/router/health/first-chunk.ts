import { once } from 'node:events';
import { Readable } from 'node:stream';
import { discardOutput, isReadableStream, untilAborted, type WorkflowContext } from 'tta-dev-primitives';
import { peekIterable } from './peek-iterable.ts';
import { peekReadableStream } from './peek-readable-stream.ts';

/**
 * Waits until a stream has begun: for its first chunk, or its end if it has none. That chunk is the first that the reader gets; later
 * ones are not pulled before the reader pulls.
 *
 * @returns the stream to hand on, which is the same object wherever that can be
 * @throws what the stream fails with before its first chunk; the context's abort reason, and then the stream is let go of
 */
export async function begun<S extends object>(stream: S, context: WorkflowContext): Promise<S> {
  try {
    return await untilAborted(context, beginning(stream));
  } catch (error) {
    if (context.isAborted) discardOutput(stream, context.signal.reason);
    throw error;
  }
}

async function beginning<S extends object>(stream: S): Promise<S> {
  if (isReadableStream(stream)) return (await peekReadableStream(stream)) as ReadableStream<unknown> & S;
  if (stream instanceof Readable) return beginningOfReadable(stream);
  return (await peekIterable(stream as unknown as AsyncIterable<unknown>)) as unknown as S;
}

/** What a Node.js `Readable` has buffered stays in its buffer, so nothing has to be put back. */
async function beginningOfReadable<S extends Readable>(stream: S): Promise<S> {
  if (stream.errored !== null) throw stream.errored;
  if (stream.readableLength > 0 || stream.readableEnded || stream.destroyed) return stream;
  const controller = new AbortController();
  try {
    const options = { signal: controller.signal };
    await Promise.race(['readable', 'end', 'close'].map((event) => once(stream, event, options))); // rejects on 'error'
    return stream;
  } finally {
    controller.abort();
  }
}
