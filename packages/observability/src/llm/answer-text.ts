import { describeCompletion } from './completion/completion.ts';

/**
 * The text of a model's answer: of its first choice, without thoughts and refusals; whole, or from the array of all chunks of one
 * stream. Understands the shapes that `describeCompletion` does. A text is its own text.
 *
 * @returns undefined for anything that is neither; never throws
 * @example
 * ```ts
 * answerText(await openai.chat.completions.create(request)); // 'Paris.'
 * ```
 */
export function answerText(output: unknown): string | undefined {
  return typeof output === 'string' ? output : describeCompletion(output)?.texts[0];
}
