import { readAnswer } from './dialects/registry.ts';

/**
 * Returns the text of the first choice of a model's answer in any known dialect, without thoughts and refusals. Accepts a whole answer,
 * the array of all chunks of one stream, or a string, which is returned as it is.
 *
 * @returns undefined for anything else; never throws
 * @example
 * ```ts
 * answerText(await openai.chat.completions.create(request)); // 'Paris.'
 * ```
 */
export function answerText(output: unknown): string | undefined {
  return typeof output === 'string' ? output : readAnswer(output)?.texts[0];
}
