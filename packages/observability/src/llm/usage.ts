import { readAnswer } from './dialects/registry.ts';
import type { Usage } from './money/usage.ts';

/**
 * Finds what a model's answer says it used: a whole answer in any known dialect, a chunk that carries the usage, or the array of all
 * chunks of one stream.
 *
 * @returns undefined for anything else, and for a usage that is incomplete, zero or contradicts itself; it never estimates, never
 * throws and never runs a getter of the answer
 * @example
 * ```ts
 * usageOf({ model: 'gpt-4o-mini', usage: { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 } });
 * // { inputTokens: 12, outputTokens: 3 }
 * ```
 */
export function usageOf(output: unknown): Usage | undefined {
  return readAnswer(output)?.usage;
}

/**
 * Finds the name of the model that gave an answer, in the same values as {@link usageOf}. Never throws.
 *
 * @returns the name as the provider gave it, often a dated one (`gpt-4o-mini-2024-07-18`)
 */
export function modelOf(output: unknown): string | undefined {
  return readAnswer(output)?.model;
}
