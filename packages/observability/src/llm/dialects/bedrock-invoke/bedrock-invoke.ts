import { countField, field, listOf } from '../../fields.ts';
import { type AnswerDraft, draftReader, finish, say, wholeBy } from '../answer-draft.ts';
import { exceptionIn } from '../aws-exception.ts';
import { risen } from '../counts.ts';
import type { Dialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { requestDialect } from '../request-dialect.ts';
import { sumOfKnown, usageOfParts } from '../usage-parts.ts';

/** A whole answer of Llama, or a chunk of its stream. @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-meta.html */
function isLlama(value: unknown): boolean {
  return typeof field(value, 'generation') === 'string' && field(value, 'generation_token_count') !== undefined;
}

/** Only the first chunk of a stream states the prompt; the counts of what was generated rise. */
function readLlama(draft: AnswerDraft, answer: unknown): void {
  const choice = draft.choice(0);
  say(choice, field(answer, 'generation'));
  finish(choice, field(answer, 'stop_reason'));
  const inputTokens = countField(answer, 'prompt_token_count') || draft.usage?.inputTokens;
  const outputTokens = countField(answer, 'generation_token_count');
  draft.usage = risen(draft.usage, usageOfParts({ inputTokens, outputTokens }));
}

/**
 * A whole answer of Mistral, or a chunk of its stream. @see
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-mistral-text-completion.html
 */
function isMistral(value: unknown): boolean {
  const [first] = listOf(field(value, 'outputs'));
  return typeof field(first, 'text') === 'string' && field(first, 'stop_reason') !== undefined;
}

function readMistral(draft: AnswerDraft, answer: unknown): void {
  listOf(field(answer, 'outputs')).forEach((output, position) => {
    say(draft.choice(position), field(output, 'text'));
    finish(draft.choice(position), field(output, 'stop_reason'));
  });
}

/** A whole answer of Titan, or a chunk of its stream. @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-text.html */
function isTitan(value: unknown): boolean {
  return [value, listOf(field(value, 'results'))[0]].some((result) => typeof field(result, 'outputText') === 'string');
}

function isTitanEmbedding(value: unknown): boolean {
  return (
    countField(value, 'inputTextTokenCount') !== undefined &&
    (Array.isArray(field(value, 'embedding')) || field(value, 'embeddingsByType') !== undefined)
  );
}

function readTitan(draft: AnswerDraft, answer: unknown): void {
  const inputTokens = countField(answer, 'inputTextTokenCount');
  if (isTitanEmbedding(answer)) {
    draft.hasChoices = false;
    draft.usage = usageOfParts({ inputTokens, outputTokens: 0 });
    return;
  }
  if (field(answer, 'results') === undefined) {
    readResult(draft, answer, field(answer, 'index') ?? 0);
    const outputTokens = countField(answer, 'totalOutputTextTokenCount');
    draft.usage = risen(draft.usage, usageOf(inputTokens, outputTokens));
    return;
  }
  const results = listOf(field(answer, 'results'));
  results.forEach((result, position) => {
    readResult(draft, result, position);
  });
  const counts = results.map((result) => countField(result, 'tokenCount'));
  draft.usage = usageOf(inputTokens, sumOfKnown(counts));
}

/** No prompt is empty: an input of 0 is one that is not known. */
function usageOf(inputTokens: number | undefined, outputTokens: number | undefined): AnswerDraft['usage'] {
  return usageOfParts({ inputTokens: inputTokens || undefined, outputTokens });
}

function readResult(draft: AnswerDraft, result: unknown, index: unknown): void {
  const choice = draft.choice(index);
  say(choice, field(result, 'outputText'));
  finish(choice, field(result, 'completionReason'));
}

const reader = draftReader('bedrock_invoke', (draft) => ({
  add(chunk) {
    if (isLlama(chunk)) readLlama(draft, chunk);
    else if (isMistral(chunk)) readMistral(draft, chunk);
    else readTitan(draft, chunk);
    draft.failure ??= exceptionIn(chunk);
  },
  end() {
    if (draft.hasChoices) draft.choice(0);
  },
}));

/**
 * Answers of `InvokeModel` in the formats of models that only Bedrock serves so: Titan, Llama and Mistral. Models of other formats are
 * read by
 * those formats' own dialects.
 */
export const BEDROCK_INVOKE: Dialect = {
  name: 'bedrock_invoke',
  request: requestDialect({
    // Bodies for Titan; those for Llama are a prompt that any model could get.
    is: (value) => typeof field(value, 'inputText') === 'string',
    model: () => undefined,
    provider: () => 'aws.bedrock',
    form: () => 'unknown',
    lastQuestion: (request) => lastMessageOf(request, { messages: 'inputText' }),
  }),
  answer: {
    is: (value) => isTitan(value) || isLlama(value) || isMistral(value) || isTitanEmbedding(value),
    members: ['generation', 'outputText', 'outputs', 'results', 'inputTextTokenCount'],
    read: wholeBy(reader),
  },
  stream: {
    isChunk: (chunk) => isTitan(chunk) || isLlama(chunk) || isMistral(chunk),
    members: ['generation', 'outputText', 'outputs', 'results'],
    reader,
  },
  bytes: { streamFraming: 'aws_event_stream' },
};
