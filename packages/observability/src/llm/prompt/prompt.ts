import { safely } from 'tta-dev-primitives/internal';
import { dialectOfRequest } from '../dialects/registry.ts';
import { TEXT_ONLY } from './modality.ts';
import { nonAsciiIn } from './non-ascii.ts';
import { type Prompt, readPrompt } from './read-prompt.ts';

export type { Prompt } from './read-prompt.ts';

/** What is known of a request that cannot be read. */
export const NO_PROMPT: Prompt = {
  text: '',
  characters: 0,
  nonAsciiCharacters: 0,
  hasTools: false,
  modalities: TEXT_ONLY,
  maxOutputTokens: undefined,
};

/**
 * Reads a request of any known dialect, or a plain string.
 *
 * Of any other object it takes every text that it holds. It never throws, runs no getter of the request, and keeps nothing of it.
 *
 * @example
 * ```ts
 * promptOf({ messages: [{ role: 'user', content: 'What is a monad?' }], max_tokens: 100 }).text; // 'What is a monad?'
 * ```
 */
export function promptOf(input: unknown): Prompt {
  if (typeof input === 'string') {
    return { ...NO_PROMPT, text: input, characters: input.length, nonAsciiCharacters: nonAsciiIn(input) };
  }
  const requests = dialectOfRequest(input)?.request;
  return safely(() => requests?.prompt(input as object) ?? readPrompt(input)) ?? NO_PROMPT;
}
