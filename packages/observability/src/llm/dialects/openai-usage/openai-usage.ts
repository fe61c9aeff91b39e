import { field, listOf, textField } from '../../fields.ts';
import { AnswerDraft, say } from '../answer-draft.ts';
import type { AnswerReading } from '../answer-reading.ts';
import type { Dialect } from '../dialect.ts';
import { embeddingRequest } from './request.ts';
import { StatedUsage, serviceTierIn } from './usage.ts';

/** Fields that say what an answer holds; one that has none of them states its usage alone, or embeddings. */
const CONTENT = [
  'content',
  'candidates',
  'output',
  'outputs',
  'response',
  'result',
  'results',
  'message',
  'text',
  'type',
  'finishReason',
  'embedding',
] as const;

/** Kinds of usage that a written-down recording has. */
const TRANSCRIPTION_USAGE: ReadonlySet<unknown> = new Set(['tokens', 'duration']);

/** A recording that was written down. */
function isTranscription(value: unknown): boolean {
  return typeof field(value, 'text') === 'string' && TRANSCRIPTION_USAGE.has(field(field(value, 'usage'), 'type'));
}

/** Embeddings, rankings, and answers of which a program kept the usage alone. */
function isUsage(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const object = field(value, 'object');
  const usage = field(value, 'usage');
  if (object === 'list') return isObject(usage) || field(listOf(field(value, 'data'))[0], 'object') === 'embedding';
  if (object !== undefined || !isObject(usage) || hasContent(value)) return false;
  if (field(value, 'created') !== undefined && Array.isArray(field(value, 'data'))) return false; // images
  const isChat = field(usage, 'prompt_tokens') !== undefined || field(usage, 'completion_tokens') !== undefined;
  return isChat || isResponsesUsage(usage);
}

/** A last chunk that states the usage has a list of choices without a choice. */
function hasContent(value: object): boolean {
  return CONTENT.some((name) => Object.hasOwn(value, name)) || listOf(field(value, 'choices')).length > 0;
}

function isResponsesUsage(usage: object): boolean {
  const input = field(usage, 'input_tokens_details') ?? field(usage, 'input_token_details');
  return field(usage, 'input_tokens') !== undefined && field(input, 'cached_tokens') !== undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function readUsage(value: unknown): AnswerReading {
  const draft = new AnswerDraft('openai_usage');
  draft.hasChoices = false;
  draft.model = textField(value, 'model');
  draft.id = textField(value, 'id');
  const usage = new StatedUsage();
  usage.add(field(value, 'usage'));
  if (isTranscription(value)) readTranscription(value, draft);
  draft.usage = usage.usage({ model: draft.model, serviceTier: serviceTierIn(value) });
  return draft.close();
}

function readTranscription(value: unknown, draft: AnswerDraft): void {
  draft.hasChoices = true;
  const choice = draft.choice(0);
  say(choice, field(value, 'text'));
  choice.finish = 'complete';
}

/**
 * Answers that have a usage in OpenAI's shape and no choices: embeddings of OpenAI, Voyage and others, recordings that were written
 * down, and records of a usage.
 *
 * @see https://platform.openai.com/docs/api-reference/embeddings
 */
export const OPENAI_USAGE: Dialect = {
  name: 'openai_usage',
  request: embeddingRequest,
  answer: { is: (value) => isUsage(value) || isTranscription(value), read: readUsage },
};
