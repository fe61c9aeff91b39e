import { type ChunkReading, registerChunkReader } from 'tta-dev-primitives/internal';
import { dialectOfStream } from '../dialects/registry.ts';
import { FailedAnswerError } from './failed-answer-error.ts';

/** Has every primitive that waits for the first chunk of an answer, or asks how a stream ended, read chunks by their dialect. */
export function readChunksByDialect(): void {
  registerChunkReader(readByDialect);
}

function readByDialect(chunk: unknown): ChunkReading | undefined {
  const stream = dialectOfStream([chunk])?.stream;
  if (stream === undefined) return undefined;
  const reader = stream.reader();
  reader.add(chunk);
  const { failure } = reader.reading();
  if (failure === undefined) return { kind: stream.isProgress?.(chunk) === false ? 'preamble' : 'answer' };
  const { error } = failure;
  return { kind: 'failure', error: error instanceof Error ? error : new FailedAnswerError(failure, chunk) };
}
