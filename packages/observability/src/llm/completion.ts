import type { AnswerReading, FinishKind } from './dialects/answer-reading.ts';
import { readAnswer } from './dialects/registry.ts';

/** What a model's answer says about itself, for any application. */
export interface Completion {
  /** How each choice ended, in the same words for every provider. */
  readonly finish: readonly FinishKind[];
  /** Why each choice ended, in the provider's words in lower case; undefined if it does not say. */
  readonly finishReasons: readonly (string | undefined)[];
  /** Whether the model asked the application to call a tool; not for tools that the provider ran within the answer. */
  readonly hasToolCalls: boolean;
  /** Whether a choice is empty: no text, refusal, sound, image or tool call. Thoughts are not an answer. */
  readonly isEmpty: boolean;
  /** Whether the provider reports an error in place of an answer or within it. */
  readonly hasError: boolean;
  /** Whether the model refused, in some choice. */
  readonly hasRefusal: boolean;
  /** Whether the provider keeps something that the answer refers to: a container, a file, a conversation, a job. */
  readonly hasServerState: boolean;
  /** The text of each choice, without thoughts and refusals. */
  readonly texts: readonly string[];
}

/**
 * Describes a model's answer in any known dialect: a whole answer, or the array of all chunks of one stream.
 *
 * @returns undefined for anything else: embeddings, a text, a record of the application; never throws
 * @example
 * ```ts
 * describeCompletion(await openai.chat.completions.create(request))?.finishReasons; // ['stop']
 * ```
 */
export function describeCompletion(output: unknown): Completion | undefined {
  const reading = readAnswer(output);
  return reading && completionOf(reading);
}

/** The completion in a reading; undefined for an answer that has no choices by nature. */
export function completionOf(reading: AnswerReading): Completion | undefined {
  const { finish, finishReasons, hasToolCalls, isEmpty, failure, hasRefusal, keepsServerState, texts } = reading;
  const hasError = failure !== undefined || finish.includes('failed');
  if (finish.length === 0 && !isEmpty && !hasError && !keepsServerState) return undefined;
  return {
    finish,
    finishReasons,
    hasToolCalls,
    isEmpty,
    hasError,
    hasRefusal,
    hasServerState: keepsServerState,
    texts,
  };
}
