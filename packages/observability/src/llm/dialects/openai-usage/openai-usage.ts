import { field, listOf, textField } from '../../fields.ts';
import { readPrompt } from '../../prompt/read-prompt.ts';
import { AnswerDraft } from '../answer-draft.ts';
import type { AnswerReading } from '../answer-reading.ts';
import { callerKeyIn } from '../carriage.ts';
import type { Dialect, RequestDialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { ownerOf } from '../message-request.ts';
import { hasAnyField, personIn } from '../request-fields.ts';
import { StatedUsage, serviceTierIn } from './usage.ts';
import { OPENAI_WITHOUT_EFFECT } from './without-effect.ts';

/** Fields that say what an answer holds; one that has none of them states its usage alone, or embeddings. */
const CONTENT = [
  'choices',
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

/** Fields that requests for embeddings have, and requests for responses do not. */
const EMBEDDING_FIELDS = ['encoding_format', 'dimensions', 'input_type', 'output_dimension', 'output_dtype'] as const;

const EMBEDDING_MODEL = /embed|voyage|^bge|^gte|rerank/i;

const embeddingRequest: RequestDialect = {
  is: isEmbeddingRequest,
  model: (request) => textField(request, 'model'),
  form: () => 'whole',
  withoutEffect: OPENAI_WITHOUT_EFFECT,
  keepsServerState: () => false,
  asksForJson: () => false,
  person: personIn,
  callerKey: callerKeyIn,
  prompt: readPrompt,
  lastQuestion: (request) => lastMessageOf(request, 'input'),
};

/** Whether a value is a request for embeddings. */
function isEmbeddingRequest(value: unknown): boolean {
  const model = textField(value, 'model');
  const input = field(value, 'input');
  if (model === undefined || input === undefined || typeof value !== 'object' || value === null) return false;
  if (ownerOf(value) !== undefined) return false;
  const isList = Array.isArray(input) && (typeof input[0] === 'string' || typeof input[0] === 'number');
  return isList || EMBEDDING_MODEL.test(model) || hasAnyField(value, EMBEDDING_FIELDS);
}

/** Embeddings, rankings, and answers of which a program kept the usage alone. */
function isUsage(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const object = field(value, 'object');
  const usage = field(value, 'usage');
  if (object === 'list') return isObject(usage) || field(listOf(field(value, 'data'))[0], 'object') === 'embedding';
  if (object !== undefined || !isObject(usage) || CONTENT.some((name) => Object.hasOwn(value, name))) return false;
  const isChat = field(usage, 'prompt_tokens') !== undefined || field(usage, 'completion_tokens') !== undefined;
  return isChat || isResponsesUsage(usage);
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
  draft.usage = usage.usage({ model: draft.model, serviceTier: serviceTierIn(value) });
  return draft.close();
}

/**
 * Answers that have a usage in OpenAI's shape and no choices: embeddings of OpenAI, Voyage and others, and records of a usage.
 *
 * @see https://platform.openai.com/docs/api-reference/embeddings
 */
export const OPENAI_USAGE: Dialect = {
  name: 'openai_usage',
  request: embeddingRequest,
  answer: { is: isUsage, read: readUsage },
};
