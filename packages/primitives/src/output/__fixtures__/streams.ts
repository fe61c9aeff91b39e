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
    output: followOutput(output, { onChunk: (chunk) => chunks.push(chunk), onEnd: (end) => ends.push(end) }),
    chunks,
    ends,
  };
}
