type Result = IteratorResult<unknown>;

/** How a relay is read past its own queue, which is empty. */
export interface DirectReading {
  readonly read: () => Promise<Result>;
  /** Ends the relay as its source has ended: with an error if that failed. */
  readonly end: (failure?: { readonly error: unknown }) => void;
}

/**
 * Iterates over a relay without a second queue, which would cost as much per chunk as the source does. The relay is locked, and counts as
 * read from its first chunk on, as with its own iterator.
 */
export function iterationOf(
  relay: ReadableStream<unknown>,
  { read, end }: DirectReading,
): AsyncIterableIterator<unknown> {
  const reader = relay.getReader();
  /** The first reads take the way through the relay, which knows from then on that it was read. */
  let queued = 0;
  let isDirect = false;
  let isOver = false;

  const over = (): Result => {
    if (!isOver) reader.releaseLock();
    isOver = true;
    return { done: true, value: undefined };
  };
  const arrived = (result: Result): Result => {
    if (result.done !== true) return result;
    if (!isOver) end();
    return over();
  };
  const failed = (error: unknown): never => {
    if (!isOver) end({ error });
    over();
    throw error;
  };
  const readQueued = async (): Promise<Result> => {
    queued += 1;
    try {
      const result = await reader.read();
      return result.done ? over() : result;
    } catch (error) {
      over();
      throw error;
    } finally {
      queued -= 1;
      isDirect = queued === 0;
    }
  };
  return {
    next() {
      if (isOver) return Promise.resolve(over());
      return isDirect ? read().then(arrived, failed) : readQueued();
    },
    async return(value?: unknown) {
      if (!isOver) {
        const cancelled = reader.cancel(value);
        over();
        await cancelled;
      }
      return { done: true, value };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
