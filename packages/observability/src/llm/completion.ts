import { field, listOf, soberly } from './fields.ts';
import { type Choice, foreignChoices } from './foreign-completion.ts';

/** What can be told of a model's answer without knowing what it was for. */
export interface Completion {
  /** Why each choice ended, in the provider's words; undefined for one that does not say. */
  readonly finishReasons: readonly (string | undefined)[];
  /** Whether the model asked for a tool to be called. */
  readonly hasToolCalls: boolean;
  /** Whether some choice says nothing: no text, no refusal, no sound, no tool call. */
  readonly isEmpty: boolean;
  /** Whether the provider reports an error in place of an answer or within it. */
  readonly hasError: boolean;
}

const FAILED: Completion = { finishReasons: [], hasToolCalls: false, isEmpty: true, hasError: true };

/**
 * Describes a model's answer: a chat completion, a text completion or a response in the shapes of OpenAI's API, an Anthropic
 * message or a Gemini response, whole, or as the array of all chunks of one stream.
 *
 * @returns undefined for anything else: embeddings, a text, a record of the application; never throws
 * @example
 * ```ts
 * describeCompletion(await openai.chat.completions.create(request))?.finishReasons; // ['stop']
 * ```
 */
export function describeCompletion(output: unknown): Completion | undefined {
  return soberly(() => (Array.isArray(output) ? describeChunks(output) : describeWhole(output)));
}

function describeWhole(output: unknown): Completion | undefined {
  if (field(output, 'object') === 'response') return describeResponse(output);
  const choices = field(output, 'choices');
  const hasError = isError(field(output, 'error'));
  if (Array.isArray(choices)) return summary(choices.map(wholeChoice), hasError);
  const foreign = foreignChoices([output]);
  if (foreign !== undefined) return summary(foreign, hasError);
  return hasError && typeof field(field(output, 'error'), 'message') === 'string' ? FAILED : undefined;
}

function wholeChoice(choice: unknown): Choice {
  const message = field(choice, 'message');
  return {
    finishReason: finishReasonOf(choice),
    hasContent: hasText(field(choice, 'text')) || hasContent(message),
    hasToolCalls: hasToolCalls(message),
  };
}

function describeChunks(chunks: readonly unknown[]): Completion | undefined {
  const final = chunks.findLast((chunk) => field(field(chunk, 'response'), 'object') === 'response');
  if (final !== undefined) return describeResponse(field(final, 'response'));
  const choices = new Map<unknown, Choice>();
  let isCompletion = false;
  for (const chunk of chunks) {
    isCompletion ||= isChunk(chunk);
    for (const part of listOf(field(chunk, 'choices'))) addPart(choices, part);
  }
  const hasError = chunks.some((chunk) => isError(field(chunk, 'error')));
  const foreign = foreignChoices(chunks);
  if (foreign !== undefined) return summary(foreign, hasError);
  return isCompletion || hasError ? summary([...choices.values()], hasError) : undefined;
}

function isChunk(chunk: unknown): boolean {
  return (
    field(chunk, 'object') === 'chat.completion.chunk' ||
    listOf(field(chunk, 'choices')).some((choice) => field(choice, 'delta') !== undefined)
  );
}

function addPart(choices: Map<unknown, Choice>, part: unknown): void {
  const index = field(part, 'index') ?? 0;
  const choice = choices.get(index) ?? { finishReason: undefined, hasContent: false, hasToolCalls: false };
  choices.set(index, choice);
  const delta = field(part, 'delta');
  choice.finishReason = finishReasonOf(part) ?? choice.finishReason;
  choice.hasContent ||= hasText(field(part, 'text')) || hasContent(delta);
  choice.hasToolCalls ||= hasToolCalls(delta);
}

/** A response of the Responses API says how it ended in its status, and why in the details. */
function describeResponse(response: unknown): Completion {
  const items = listOf(field(response, 'output'));
  const parts = items.flatMap((item) => listOf(field(item, 'content')));
  const hasContent = parts.some((part) => hasText(field(part, 'text')) || hasText(field(part, 'refusal')));
  const calls = items.filter((item) => /_call$/.test(String(field(item, 'type'))));
  const status = field(response, 'status');
  const finishReason = status === 'completed' ? 'stop' : field(field(response, 'incomplete_details'), 'reason');
  const choice = {
    finishReason: typeof finishReason === 'string' ? finishReason : undefined,
    hasContent: hasContent || hasText(field(response, 'output_text')),
    hasToolCalls: calls.length > 0,
  };
  return summary([choice], isError(field(response, 'error')) || status === 'failed' || status === 'cancelled');
}

function summary(choices: readonly Choice[], hasError: boolean): Completion {
  return {
    finishReasons: choices.map(({ finishReason }) => finishReason),
    hasToolCalls: choices.some((choice) => choice.hasToolCalls),
    isEmpty: choices.length === 0 || choices.some((choice) => !choice.hasContent && !choice.hasToolCalls),
    hasError,
  };
}

function finishReasonOf(choice: unknown): string | undefined {
  const reason = field(choice, 'finish_reason');
  return typeof reason === 'string' ? reason : undefined;
}

/** A refusal is an answer too, and so are sound and images. */
function hasContent(message: unknown): boolean {
  return (
    hasText(field(message, 'content')) ||
    listOf(field(message, 'content')).length > 0 ||
    hasText(field(message, 'refusal')) ||
    isPresent(field(message, 'audio')) ||
    listOf(field(message, 'images')).length > 0
  );
}

function hasToolCalls(message: unknown): boolean {
  return listOf(field(message, 'tool_calls')).length > 0 || isPresent(field(message, 'function_call'));
}

function isError(error: unknown): boolean {
  return hasText(error) || (typeof error === 'object' && error !== null);
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function hasText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
