import { untilAborted } from '../cancellation.ts';
import type { WorkflowContext } from '../context.ts';
import { followOutput } from './follow-output.ts';
import { flowOf } from './followed.ts';
import { isOngoing, isReadableStream, isStream, type Stream } from './kinds.ts';

/** An output, and its whole content. */
export interface WholeOutput<O> {
  /** The output; of a stream the array of all its chunks. */
  readonly whole: O | readonly unknown[];
  readonly isStream: boolean;
  /** The output for the caller; a stream that was read starts again. */
  give(): O;
}

/** A longer stream is not held in memory. */
export const MAX_WHOLE_CHUNKS = 100_000;

/**
 * Reads a stream to its end, and closes it when the work is cancelled; any other output is whole already.
 *
 * @throws the stream's error, the abort reason, or a RangeError if the stream has more than 100,000 chunks
 */
export async function readWhole<O>(output: O, context: WorkflowContext): Promise<WholeOutput<O>> {
  if (!isStream(output)) return { whole: output, isStream: false, give: () => output };
  const followed = flowOf<Stream>(output) ?? { output };
  const iterator = iteratorOf(followed.output);
  const chunks: unknown[] = [];
  try {
    for (;;) {
      const { done, value } = await untilAborted(context, iterator.next());
      if (done === true) break;
      if (chunks.length === MAX_WHOLE_CHUNKS) throw new RangeError(`a stream of more than ${MAX_WHOLE_CHUNKS} chunks`);
      chunks.push(value);
    }
  } catch (error) {
    flowOf(followed.output)?.flow.stop(error);
    throw error;
  }
  const again = isReadableStream(output) ? () => ReadableStream.from(chunks) : () => iterate(chunks);
  return { whole: chunks, isStream: true, give: again as () => O };
}

/**
 * Follows an output and passes its whole content on when it has ended: a value at once, or the array of a stream's chunks. Passes undefined
 * for a stream that failed, was left by its reader, or has more than 100,000 chunks.
 *
 * @returns the output to hand on
 */
export function followWhole<O>(output: O, onWhole: (whole: O | readonly unknown[] | undefined) => void): O {
  if (!isOngoing(output)) {
    onWhole(output);
    return output;
  }
  const chunks: unknown[] = [];
  return followOutput(output, {
    onChunk: (chunk) => {
      if (chunks.length <= MAX_WHOLE_CHUNKS) chunks.push(chunk instanceof Uint8Array ? chunk.slice() : chunk);
    },
    onEnd: ({ kind }) => onWhole(kind === 'complete' && chunks.length <= MAX_WHOLE_CHUNKS ? chunks : undefined),
  });
}

function iteratorOf(stream: Stream): { next(): Promise<IteratorResult<unknown>> } {
  if (isReadableStream(stream)) {
    const reader = stream.getReader();
    return { next: () => reader.read() as Promise<IteratorResult<unknown>> };
  }
  const iterator = stream[Symbol.asyncIterator]();
  return { next: async () => iterator.next() };
}

/** A generator would wait for a chunk that is thenable. */
function iterate(chunks: readonly unknown[]): AsyncIterableIterator<unknown, undefined> {
  let position = 0;
  return {
    next: async () =>
      position < chunks.length ? { done: false, value: chunks[position++] } : { done: true, value: undefined },
    return: async () => {
      position = chunks.length;
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
