import type { Flow } from './flow.ts';
import type { Source } from './reading.ts';
import { iterationOf } from './relay-iteration.ts';

type Controller = ReadableStreamDefaultController<unknown> | ReadableByteStreamController;
type Result = Awaited<ReturnType<ReadableStreamDefaultReader<unknown>['read']>>;

/**
 * Relays a stream through a new one of the same type, which a flow follows. The source is pulled only when the relay is; a byte stream
 * stays a byte stream, and its reader may bring its own buffers.
 *
 * The source is locked at once: Node.js cancels the body of a response that is collected while its body is not locked.
 *
 * @throws TypeError if the source is locked
 */
export function relay(source: ReadableStream<unknown>, flow: Flow): ReadableStream<unknown> {
  const isBytes = isByteStream(source);
  const reader = source.getReader();
  const reading = { pull: reader.read, source: reader };
  return readableOver({ reading, leave: (reason) => reader.cancel(reason) }, flow, isBytes);
}

/** A stream that reads its chunks through a flow, one when its reader asks for one. */
export function readableOver({ reading, leave }: Source, flow: Flow, isBytes: boolean): ReadableStream<unknown> {
  let controller: Controller | undefined;
  flow.readAheadWith(() => reading);
  flow.closeWith((reason) => {
    controller?.error(reason);
    return leave(reason);
  });
  const arrived = ({ done, value }: Result): Promise<void> | undefined => {
    if (done) close(controller as Controller);
    else if (isBytes && (value as Uint8Array).length === 0)
      return pull(); // a gate has taken everything away
    else controller?.enqueue(value as Uint8Array<ArrayBuffer>); // a byte stream gives nothing else, the other kind takes anything
    return undefined;
  };
  const read = (): Promise<Result> => flow.read(reading) as Promise<Result>;
  const pull = (): Promise<void> => read().then(arrived);
  const underlying = {
    start(made: Controller): void {
      controller = made;
    },
    pull,
    async cancel(reason: unknown): Promise<void> {
      flow.settle({ kind: 'left', reason });
      await flow.run(leave, undefined, reason);
    },
  };
  const stream: ReadableStream<unknown> = isBytes
    ? new ReadableStream({ type: 'bytes', ...underlying })
    : new ReadableStream(underlying, { highWaterMark: 0 });
  const end = (failure?: { readonly error: unknown }): void => {
    if (failure === undefined) close(controller as Controller);
    else controller?.error(failure.error);
  };
  const iterate = (): AsyncIterableIterator<unknown> => iterationOf(stream, { read, end });
  Object.defineProperty(stream, Symbol.asyncIterator, { value: iterate, configurable: true, writable: true });
  return stream;
}

/** The methods of a stream with its own class: it is read through its relay and keeps everything else. */
export function relayedMembers(relayed: ReadableStream<unknown>): Record<PropertyKey, unknown> {
  const members: Record<PropertyKey, unknown> = {};
  for (const name of ['getReader', 'cancel', 'tee', 'pipeTo', 'pipeThrough', 'values'] as const) {
    members[name] = (relayed[name] as (...values: unknown[]) => unknown).bind(relayed);
  }
  return members;
}

/** Only a byte stream gives a reader that fills its caller's own buffers. */
export function isByteStream(stream: ReadableStream<unknown>): boolean {
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
