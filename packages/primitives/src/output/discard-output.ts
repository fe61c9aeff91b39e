import { Readable } from 'node:stream';
import { endOutput, isReadableStream, isStream } from './follow-output.ts';

/**
 * Lets go of an output that nobody will read: a stream is cancelled, so that its source can clean up, and counts as left for
 * the reason given. Whatever the source says to that is nobody's concern; a value, or a stream that is being read, stays as it is.
 */
export function discardOutput(output: unknown, reason: unknown): void {
  if (!isStream(output) || (isReadableStream(output) && output.locked)) return;
  endOutput(output, { kind: 'left', reason });
  try {
    Promise.resolve(leave(output, reason)).catch(() => {});
  } catch {
    // A source that cannot be left has nothing to clean up.
  }
}

function leave(stream: AsyncIterable<unknown> | ReadableStream<unknown>, reason: unknown): unknown {
  if (isReadableStream(stream)) return stream.cancel(reason);
  if (stream instanceof Readable) return stream.destroy();
  return stream[Symbol.asyncIterator]().return?.();
}
