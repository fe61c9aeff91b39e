import { Readable } from 'node:stream';
import { untilAborted } from '../cancellation.ts';
import type { WorkflowContext } from '../context.ts';
import { readChunk } from './chunk-reading.ts';
import type { Flow } from './flow.ts';
import { flowOf } from './followed.ts';
import { firstOfReadable } from './node-readable.ts';

/** A stream of a model ended without a chunk, so it has no answer. */
export class EmptyStreamError extends Error {
  override readonly name = 'EmptyStreamError';
  readonly code = 'ERR_TTA_EMPTY_STREAM';

  constructor() {
    super('the stream ended without a chunk');
  }
}

export interface FirstChunkOptions {
  /** Whether a stream without a chunk is a failure, as it is for a model. @defaultValue false */
  readonly isRequired?: boolean;
}

/**
 * Waits until an output has begun: for the first chunk that is a part of the answer, or for the end of a stream without
 * such a chunk. The reader gets the chunks that were read here first; later chunks are read only when the reader reads.
 * Any other output has already begun.
 *
 * @returns the output to pass on, the same object if possible @throws the error of a stream that fails before its first
 * chunk, or that states a failure in place of an answer; the context's abort reason, after closing the stream; an
 * EmptyStreamError if a chunk is required and the stream is empty
 */
export async function firstChunkOf<O>(
  output: O,
  context: WorkflowContext,
  { isRequired = false }: FirstChunkOptions = {},
): Promise<O> {
  const followed = flowOf(output);
  if (followed === undefined) return output;
  const { flow } = followed;
  try {
    await untilAborted(context, output instanceof Readable ? firstOfReadable(output) : begin(flow, isRequired));
    return followed.output;
  } catch (error) {
    flow.stop(error);
    throw error;
  }
}

async function begin(flow: Flow, isRequired: boolean): Promise<void> {
  if (flow.held.some(isAnswer)) return;
  for (;;) {
    const result = await flow.readAhead();
    if (isRequired && result?.done === true && flow.held.length === 0) throw new EmptyStreamError();
    if (result === undefined || result.done === true || flow.held.slice(-1).some(isAnswer)) return;
  }
}

/** @throws the failure that a chunk states */
function isAnswer(chunk: unknown): boolean {
  const reading = readChunk(chunk);
  if (reading.kind === 'failure') throw reading.error;
  return reading.kind === 'answer';
}
