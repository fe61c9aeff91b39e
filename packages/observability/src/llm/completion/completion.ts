import { field, soberly } from '../fields.ts';
import { readAiSdk } from './ai-sdk-choices.ts';
import { readChat } from './chat-choices.ts';
import { Findings, hasText } from './choice.ts';
import { readGemini } from './gemini-choices.ts';
import { readMessage } from './message-choices.ts';
import { readResponse } from './response-choices.ts';

/** What can be told of a model's answer without knowing what it was for. */
export interface Completion {
  /** Why each choice ended, in the provider's words in lower case; undefined for one that does not say. */
  readonly finishReasons: readonly (string | undefined)[];
  /** Whether the model asked the application to call a tool; not for tools that the provider ran within the answer. */
  readonly hasToolCalls: boolean;
  /** Whether some choice says nothing: no text, no refusal, no sound, no image, no tool call. Thoughts are no answer. */
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

const READERS = [readChat, readResponse, readMessage, readGemini, readAiSdk] as const;

/**
 * Describes a model's answer: a chat completion, a text completion or a response in the shapes of OpenAI's API, an Anthropic
 * message, a Gemini response or a plain result of the AI SDK, whole, or as the array of all chunks of one stream.
 *
 * @returns undefined for anything else: embeddings, a text, a record of the application; never throws
 * @example
 * ```ts
 * describeCompletion(await openai.chat.completions.create(request))?.finishReasons; // ['stop']
 * ```
 */
export function describeCompletion(output: unknown): Completion | undefined {
  return soberly(() => describe(Array.isArray(output) ? output : [output]));
}

function describe(parts: readonly unknown[]): Completion | undefined {
  const findings = new Findings();
  const reader = READERS.find((read) => parts.some((part) => read(part, new Findings())));
  if (reader !== undefined) {
    parts.forEach((part, position) => {
      findings.part = position;
      reader(part, findings);
    });
  }
  findings.hasError ||= parts.some((part) => reportsError(part, reader !== undefined));
  const isJob = parts.length === 1 && ['batch', 'file'].includes(String(field(parts[0], 'object')));
  return reader === undefined && !findings.hasError && !isJob ? undefined : summary(findings, isJob);
}

/** An error in an answer; or in its place, where only one with a message is taken for one. */
function reportsError(part: unknown, isAnswer: boolean): boolean {
  const error = field(part, 'error');
  const isError = hasText(error) || (typeof error === 'object' && error !== null);
  if (field(part, 'type') === 'error') return isError || hasText(field(part, 'message')) || isAnswer;
  return isError && (isAnswer || hasText(field(error, 'message')));
}

function summary(findings: Findings, isJob: boolean): Completion {
  const { choices, hasError } = findings;
  return {
    finishReasons: choices.map(({ finishReason }) => finishReason),
    hasToolCalls: choices.some((choice) => choice.hasToolCalls),
    isEmpty: choices.length === 0 || choices.some((choice) => !choice.hasContent && !choice.hasToolCalls),
    hasError,
    hasRefusal: choices.some((choice) => choice.hasRefused),
    hasServerState: findings.hasServerState || isJob,
    texts: choices.map(({ text }) => text),
  };
}
