import { countField, field, isObject, listOf, objectField } from '../../fields.ts';
import { inexact } from '../gathering.ts';

const TOTALS = ['prompt_tokens', 'completion_tokens', 'total_tokens'] as const;

/**
 * The usage that a whole answer would state: the last one of the stream that counts anything.
 *
 * @throws if the counts of a stream fall, because then either usage may be right
 */
export function lastUsage(chunks: readonly unknown[]): object | undefined {
  let last: object | undefined;
  for (const usage of chunks.flatMap(usagesIn)) {
    if (TOTALS.every((name) => (countField(usage, name) ?? 0) === 0)) continue;
    if (TOTALS.some((name) => (countField(usage, name) ?? 0) < (countField(last, name) ?? 0))) inexact();
    last = usage;
  }
  return last;
}

/** Usages at the top of a chunk; of Groq in its own field; of Moonshot in a choice. */
function usagesIn(chunk: unknown): object[] {
  const holders = [chunk, field(chunk, 'x_groq'), ...listOf(field(chunk, 'choices'))];
  return holders.map((holder) => objectField(holder, 'usage')).filter(isObject);
}
