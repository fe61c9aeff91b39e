/**
 * What a chunk says about its answer: it is a part of the answer, it comes before the answer (a start mark, a keep-alive), or it says that
 * the answer failed.
 */
export type ChunkReading =
  | { readonly kind: 'answer' }
  | { readonly kind: 'preamble' }
  | { readonly kind: 'failure'; readonly error: unknown };

/** Reads the chunks of a wire format; undefined for a chunk of another one. */
export type ChunkReader = (chunk: unknown) => ChunkReading | undefined;

const ANSWER: ChunkReading = { kind: 'answer' };

const readers = new Set<ChunkReader>();

/**
 * Adds a reader of a wire format, which is tried before the existing ones.
 *
 * @returns a function that removes it
 */
export function registerChunkReader(reader: ChunkReader): () => void {
  readers.add(reader);
  return () => readers.delete(reader);
}

/** What a chunk says about its answer. Never throws: an unreadable chunk is a part of the answer. */
export function readChunk(chunk: unknown): ChunkReading {
  if (typeof chunk !== 'object' || chunk === null) return ANSWER;
  try {
    for (const reader of readers) {
      const reading = reader(chunk);
      if (reading !== undefined) return reading;
    }
    return readByShape(chunk);
  } catch {
    return ANSWER;
  }
}

function readByShape(chunk: { readonly type?: unknown; readonly error?: unknown }): ChunkReading {
  const { type, error } = chunk;
  if (type === 'error' && error !== undefined) return { kind: 'failure', error: asError(error) };
  if (typeof error === 'object' && error !== null && ('message' in error || 'code' in error)) {
    return { kind: 'failure', error: asError(error) };
  }
  return ANSWER;
}

/** An error that a stream states as data is the cause of a real one. */
function asError(stated: unknown): Error {
  if (stated instanceof Error) return stated;
  const { message } = (typeof stated === 'object' && stated !== null ? stated : { message: stated }) as {
    readonly message?: unknown;
  };
  return new Error(`the stream states an error: ${typeof message === 'string' ? message : 'unknown'}`, {
    cause: stated,
  });
}
