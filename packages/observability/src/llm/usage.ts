import { field, soberly } from './fields.ts';
import { StreamUsage } from './stream-usage.ts';
import { modelInAnswer, usageInAnswer } from './usage-shapes.ts';

/**
 * What one call of a model used. Every part is included in its whole: cached tokens in `inputTokens`, reasoning in `outputTokens`.
 * A part that the answer does not mention is missing.
 */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Input tokens read from the provider's prompt cache. */
  readonly cacheReadTokens?: number | undefined;
  /** Input tokens written to the provider's prompt cache. */
  readonly cacheWriteTokens?: number | undefined;
  /** The part of `cacheWriteTokens` that is kept for an hour, which costs more than the usual five minutes. */
  readonly cacheWrite1hTokens?: number | undefined;
  readonly reasoningTokens?: number | undefined;
  readonly inputAudioTokens?: number | undefined;
  readonly outputAudioTokens?: number | undefined;
  /** The part of `inputAudioTokens` that was read from the provider's prompt cache. */
  readonly cacheReadAudioTokens?: number | undefined;
  readonly inputImageTokens?: number | undefined;
  readonly outputImageTokens?: number | undefined;
  /** The part of `inputImageTokens` that was read from the provider's prompt cache. */
  readonly cacheReadImageTokens?: number | undefined;
  /** How often tools that the provider ran and bills by the call were used, by tool: `web_search`, `file_search` ... */
  readonly toolCalls?: Readonly<Record<string, number>> | undefined;
  /**
   * The tier that the call was billed at, in the provider's word in lower case: `batch`, `flex`, `priority`, `fast`, `scale`,
   * `provisioned_throughput`. Missing for the standard tier.
   */
  readonly serviceTier?: string | undefined;
  /** Where inference had to run, if the provider charges for that: `us`. */
  readonly inferenceRegion?: string | undefined;
  /** Whether the provider bills something that no field here expresses (minutes of audio, made images), so no list price holds. */
  readonly hasUnlistedParts?: boolean | undefined;
  /** What the provider says it billed for the call, in US dollars. */
  readonly billedUsd?: number | undefined;
}

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
