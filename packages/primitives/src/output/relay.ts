import { AsyncLocalStorage } from 'node:async_hooks';
import { COMPLETE, type StreamTracker } from './stream-tracker.ts';

type Controller = ReadableStreamDefaultController<unknown> | ReadableByteStreamController;

/**
 * Relays a stream through a new one of the same type, which reports its end. The source is pulled only when the relay is.
 *
 * @throws TypeError if the source is locked
 */
export function relay(source: ReadableStream<unknown>, tracker: StreamTracker): ReadableStream<unknown> {
  const inStepContext = AsyncLocalStorage.snapshot();
  const isBytes = isByteStream(source);
  const reader = source.getReader();
  const underlying = {
    async pull(controller: Controller): Promise<void> {
      try {
        const { done, value } = await inStepContext(() => reader.read());
        if (done) {
          close(controller);
          tracker.settle(COMPLETE);
        } else {
          tracker.chunk(value);
          controller.enqueue(value as Uint8Array<ArrayBuffer>); // a byte stream gives nothing else, the other kind takes anything
        }
      } catch (error) {
        tracker.settle({ kind: 'failed', error });
        throw error;
      }
    },
    async cancel(reason: unknown): Promise<void> {
      tracker.settle({ kind: 'left', reason });
      await inStepContext(() => reader.cancel(reason));
    },
  };
  return isBytes
    ? new ReadableStream({ type: 'bytes', ...underlying })
    : new ReadableStream(underlying, { highWaterMark: 0 });
}

/** Only a byte stream gives a reader that fills its caller's own buffers. */
function isByteStream(stream: ReadableStream<unknown>): boolean {
  if (stream.locked) return false;
  try {
    stream.getReader({ mode: 'byob' }).releaseLock();
    return true;
  } catch {
    return false;
  }
}

function close(controller: Controller): void {
  controller.close();
  // A reader that waits with its own buffer is answered only by this, as the Streams standard has it.
  if ('byobRequest' in controller) controller.byobRequest?.respond(0);
}
