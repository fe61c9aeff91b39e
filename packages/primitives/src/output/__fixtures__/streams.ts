import { followOutput } from '../follow-output.ts';
import type { OutputEnd } from '../gate.ts';

export const COMPLETE: OutputEnd = { kind: 'complete' };

export async function* counting(upTo: number, onLeave?: () => void): AsyncGenerator<number, string, unknown> {
  try {
    for (let count = 1; count <= upTo; count += 1) yield count;
    return 'returned';
  } finally {
    onLeave?.();
  }
}

/** Reads a stream to its end. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const chunks: T[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

/** Follows an output and remembers what its follower was told. */
export function followed<O>(output: O): { output: O; chunks: unknown[]; ends: OutputEnd[] } {
  const chunks: unknown[] = [];
  const ends: OutputEnd[] = [];
  return {
    output: followOutput(output, { onChunk: (chunk) => chunks.push(kept(chunk)), onEnd: (end) => ends.push(end) }),
    chunks,
    ends,
  };
}

/** A byte stream takes the memory of a chunk away when it hands it over. */
function kept(chunk: unknown): unknown {
  return chunk instanceof Uint8Array ? chunk.slice() : chunk;
}
