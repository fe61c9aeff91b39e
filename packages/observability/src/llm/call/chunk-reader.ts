import { type ChunkReading, registerChunkReader } from 'tta-dev-primitives/internal';
import { dialectOfStream, knownDialects } from '../dialects/registry.ts';
import { FailedAnswerError } from './failed-answer-error.ts';

const ANSWER: ChunkReading = { kind: 'answer' };
const PREAMBLE: ChunkReading = { kind: 'preamble' };

/** Has every primitive that waits for the first chunk of an answer, or asks how a stream ended, read chunks by their dialect. */
export function readChunksByDialect(): void {
  registerChunkReader(readByDialect);
}

function readByDialect(chunk: unknown): ChunkReading | undefined {
  const stream = dialectOfStream([chunk])?.stream;
  if (stream === undefined) return isPreamble(chunk) ? PREAMBLE : undefined;
  const reader = stream.reader();
  reader.add(chunk);
  const { failure } = reader.reading();
  const isBefore = stream.isProgress?.(chunk) === false || stream.isPreamble?.(chunk) === true;
  if (failure === undefined) return isBefore ? PREAMBLE : ANSWER;
  const { error } = failure;
  return { kind: 'failure', error: error instanceof Error ? error : new FailedAnswerError(failure, chunk) };
}

/** Marks such as a ping, which alone do not tell the dialect of their stream. */
function isPreamble(chunk: unknown): boolean {
  return knownDialects().some(({ stream }) => stream?.isPreamble?.(chunk) === true);
}
