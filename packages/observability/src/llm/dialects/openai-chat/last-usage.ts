import { countField, field, listOf } from '../../fields.ts';
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
    const hasFallen = TOTALS.some((name) => (countField(usage, name) ?? 0) < (countField(last, name) ?? 0));
    if (hasFallen) inexact();
    last = usage;
  }
  return last;
}

/** Usages at the top of a chunk; of Groq in its own field; of Moonshot in a choice. */
function usagesIn(chunk: unknown): object[] {
  const usages = [field(chunk, 'usage'), field(field(chunk, 'x_groq'), 'usage')];
  for (const choice of listOf(field(chunk, 'choices'))) usages.push(field(choice, 'usage'));
  return usages.filter((usage): usage is object => typeof usage === 'object' && usage !== null);
}
