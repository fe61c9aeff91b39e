import { readAnswer } from './dialects/registry.ts';

/**
 * The text of a model's answer in any known dialect: of its first choice, without thoughts and refusals; whole, or from the array
 * of all chunks of one stream. A text is its own text.
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
