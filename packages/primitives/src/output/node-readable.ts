import { errorMonitor, once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Flow } from './flow.ts';
import { followIterator } from './iterable.ts';
import { replaceMembers } from './replace-members.ts';

/** Follows a Node.js `Readable` in place: its chunks and its end in every way of reading, its limits if it is iterated. */
export function followReadable(stream: Readable, flow: Flow): Readable {
  const settle = (error: Error | null = stream.errored): void => {
    if (error !== null && !isAbort(error)) flow.settle({ kind: 'failed', error });
    else if (stream.readableEnded) flow.sourceEnded();
    else flow.settle({ kind: 'left', reason: error ?? undefined });
  };
  const settleQuietly = (): void => settle();
  // A listener for 'error' itself would silence an error that nothing else handles.
  stream.once('end', settleQuietly).once('close', settleQuietly).once(errorMonitor, settle);
  if (stream.readableEnded || stream.closed) settle();
  const { emit, [Symbol.asyncIterator]: iterate } = stream;
  replaceMembers(stream, {
    // Every chunk is emitted in every way of reading; a listener would start the stream.
    emit(event: string | symbol, ...values: unknown[]): boolean {
      if (event === 'data') flow.see(values[0]);
      return emit.call(stream, event, ...values);
    },
    [Symbol.asyncIterator]: () => followIterator(flow.run(iterate, stream), flow, { isSeen: true }).followed,
  });
  // Its iterator would wait for the chunk before. Without an error: a stream that is not being read would throw it at the process.
  flow.closeWith(() => stream.destroy());
  return stream;
}

/** Waits until a `Readable` has a chunk in its buffer, or has ended. @throws what it fails with */
export async function firstOfReadable(stream: Readable): Promise<void> {
  if (stream.errored !== null) throw stream.errored;
  if (stream.readableLength > 0 || stream.readableEnded || stream.destroyed) return;
  const controller = new AbortController();
  try {
    const options = { signal: controller.signal };
    await Promise.race(['readable', 'end', 'close'].map((event) => once(stream, event, options))); // rejects on 'error'
  } finally {
    controller.abort();
  }
}

/** Node.js destroys a `Readable` with this error when a loop over it breaks, or its signal aborts. */
function isAbort(error: Error): boolean {
  return 'code' in error && error.code === 'ABORT_ERR';
}
