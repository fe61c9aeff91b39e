import { Readable } from 'node:stream';
import { isAsyncIterable, isReadableStream } from './follow-output.ts';

/**
 * Ends a stream that nobody will read, so that its source lets go of its connection; any other output is left alone.
 *
 * It neither waits nor throws: whoever was to read the stream has been answered already.
 */
export function discardOutput(output: unknown, reason: unknown): void {
  try {
    const ending = end(output, reason);
    ending?.then(undefined, ignore);
  } catch {
    // A source that cannot even be asked to stop is beyond help.
  }
}

function end(output: unknown, reason: unknown): PromiseLike<unknown> | undefined {
  if (isReadableStream(output)) return output.cancel(reason);
  if (output instanceof Readable) {
    output.on('error', ignore).destroy();
    return undefined;
  }
  if (!isAsyncIterable(output)) return undefined;
  const leaving = output[Symbol.asyncIterator]().return?.();
  return typeof leaving?.then === 'function' ? leaving : undefined;
}

function ignore(): void {}
