import { Readable } from 'node:stream';
import { untilAborted } from '../cancellation.ts';
import type { WorkflowContext } from '../context.ts';
import { readChunk } from './chunk-reading.ts';
import type { Flow } from './flow.ts';
import { flowOf } from './followed.ts';
import { firstOfReadable } from './node-readable.ts';

/** A stream of a model that ended without a single chunk, and so without an answer. */
export class EmptyStreamError extends Error {
  override readonly name = 'EmptyStreamError';
  readonly code = 'ERR_TTA_EMPTY_STREAM';

  constructor() {
    super('the stream ended without a chunk');
  }
}

export interface FirstChunkOptions {
  /** Whether a stream without a chunk is a failure, as that of a model is. @defaultValue false */
  readonly isRequired?: boolean;
}

/**
 * Waits until an output has begun to answer: for the first chunk that is a part of the answer, or for the end of a stream without
 * one. Chunks that were read on the way are the first that the reader gets; later ones are not pulled before the reader pulls. A
 * value has begun.
 *
 * @returns the output to hand on, which is the same object wherever that can be
 * @throws what the stream fails with before its first chunk, or states as a failure in place of an answer; the context's abort
 * reason, and then the stream is closed; an EmptyStreamError if a chunk is required and there is none
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
