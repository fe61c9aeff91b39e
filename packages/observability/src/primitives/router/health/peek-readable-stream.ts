type Controller = ReadableStreamDefaultController<unknown> | ReadableByteStreamController;

/** Reads the first chunk, and relays the stream through a new one of the same type that begins with it. */
export async function peekReadableStream(source: ReadableStream<unknown>): Promise<ReadableStream<unknown>> {
  if (source.locked) return source;
  const isBytes = isByteStream(source);
  const reader = source.getReader();
  let first: Awaited<ReturnType<typeof reader.read>> | undefined = await reader.read();
  const underlying = {
    async pull(controller: Controller): Promise<void> {
      const { done, value } = first ?? (await reader.read());
      first = undefined;
      if (done) close(controller);
      else controller.enqueue(value as Uint8Array<ArrayBuffer>); // a byte stream gives nothing else, the other kind takes anything
    },
    cancel: (reason: unknown) => reader.cancel(reason),
  };
  return isBytes
    ? new ReadableStream({ type: 'bytes', ...underlying })
    : new ReadableStream(underlying, { highWaterMark: 0 });
}

/** Only a byte stream gives a reader that fills its caller's own buffers. */
function isByteStream(stream: ReadableStream<unknown>): boolean {
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
