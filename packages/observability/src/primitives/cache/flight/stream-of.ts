import type { AnswerForm } from '../entry/envelope.ts';

export type StreamForm = Exclude<AnswerForm, 'value'>;

/** How a stream gets its chunks, and learns that its reader has left. */
export interface ChunkSource {
  next(): Promise<IteratorResult<unknown>>;
  leave(reason: unknown): void;
}

/** A stream of a form, pulled only when its reader pulls. */
export function streamOf(form: StreamForm, source: ChunkSource): object {
  return form === 'readable' ? readableOf(source) : iterableOf(source);
}

function iterableOf({ next, leave }: ChunkSource): AsyncIterableIterator<unknown> {
  const iterator: AsyncIterableIterator<unknown> = {
    next,
    return: async (value?: unknown) => {
      leave(undefined);
      return { done: true, value };
    },
    throw: async (error?: unknown) => {
      leave(error);
      throw error;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

function readableOf({ next, leave }: ChunkSource): ReadableStream<unknown> {
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      cancel: leave,
    },
    { highWaterMark: 0 },
  );
}
