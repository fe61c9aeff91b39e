import { field, soberly } from './fields.ts';
import type { Usage } from './money/usage.ts';
import { StreamUsage } from './stream-usage.ts';
import { modelInAnswer, usageInAnswer } from './usage-shapes.ts';

export type { Usage } from './money/usage.ts';

/**
 * Finds the tokens that a model's answer says it used.
 *
 * Understands OpenAI-shaped answers (chat completions, Responses API, embeddings), Anthropic messages, Gemini responses and plain
 * results of the AI SDK, a streamed chunk that carries the final usage, and an array of all chunks of one recorded stream. Of anything else, and of a
 * usage that is incomplete, it says nothing: it never estimates, never throws and never runs a getter of the answer.
 *
 * @example
 * ```ts
 * usageOf({ model: 'gpt-4o-mini', usage: { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 } });
 * // { inputTokens: 12, outputTokens: 3 }
 * ```
 */
export function usageOf(output: unknown): Usage | undefined {
  return soberly(() => (Array.isArray(output) ? usageOfRecording(output) : usageInAnswer(output)));
}

/**
 * Finds the name of the model that gave an answer, in the shapes that {@link usageOf} understands. Never throws.
 *
 * @returns the name as the provider gave it, often a dated one (`gpt-4o-mini-2024-07-18`)
 */
export function modelOf(output: unknown): string | undefined {
  return soberly(() => (Array.isArray(output) ? recorded(output).model : modelInAnswer(output)));
}

/** Chunks are of one answer: several whole answers, or chunks of several streams, have no common usage. */
function usageOfRecording(chunks: readonly unknown[]): Usage | undefined {
  const ids = new Set(chunks.filter((chunk) => usageInAnswer(chunk) !== undefined).map(idOf));
  return ids.size > 1 || chunks.some(isWholeAnswer) ? undefined : recorded(chunks).usage;
}

function recorded(chunks: readonly unknown[]): StreamUsage {
  const stream = new StreamUsage();
  for (const chunk of chunks) stream.add(chunk);
  return stream;
}

function idOf(chunk: unknown): unknown {
  return field(chunk, 'id') ?? field(chunk, 'responseId');
}

function isWholeAnswer(value: unknown): boolean {
  const isMessage = field(value, 'type') === 'message';
  const isListOrResponse = ['list', 'response'].includes(String(field(value, 'object')));
  return isMessage || isListOrResponse || field(field(field(value, 'choices'), '0'), 'message') !== undefined;
}
