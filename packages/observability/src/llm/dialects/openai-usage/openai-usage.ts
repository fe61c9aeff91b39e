import { field, hasItems, isObject, listOf, textField } from '../../fields.ts';
import { AnswerDraft } from '../answer-draft.ts';
import type { AnswerReading } from '../answer-reading.ts';
import type { Dialect } from '../dialect.ts';
import { finishOf } from '../finish-words.ts';
import { readMarks } from '../unrecognised.ts';
import { embeddingsHttp } from './http.ts';
import { embeddingRequest } from './request.ts';
import { serviceTierIn, usageIn } from './usage.ts';

/** Answers whose usage other dialects read with the rest of them. */
const OF_OTHERS: ReadonlySet<unknown> = new Set([
  'chat.completion',
  'chat.completion.chunk',
  'text_completion',
  'response',
  'realtime.response',
  'conversation.response',
]);

/** Embeddings, rankings, runs, and records in which a program kept the usage of an answer. */
function isUsage(value: unknown): boolean {
  if (!isObject(value) || Array.isArray(value)) return false;
  const usage = field(value, 'usage');
  if (field(value, 'object') === 'list') {
    return isObject(usage) || field(listOf(field(value, 'data'))[0], 'object') === 'embedding';
  }
  if (!isObject(usage) || isOfOthers(value)) return false;
  const isChat = field(usage, 'prompt_tokens') !== undefined || field(usage, 'completion_tokens') !== undefined;
  const details = field(usage, 'input_tokens_details') ?? field(usage, 'input_token_details');
  if (Array.isArray(field(value, 'results')) && field(usage, 'total_tokens') !== undefined) return true; // a ranking
  return isChat || (field(usage, 'input_tokens') !== undefined && field(details, 'cached_tokens') !== undefined);
}

function isOfOthers(value: object): boolean {
  const type = field(value, 'type');
  return (
    OF_OTHERS.has(field(value, 'object')) ||
    (typeof type === 'string' && (type === 'message' || type.includes('.'))) || // a message, an event
    hasItems(value, 'choices') || // the last chunk of a stream has none
    typeof field(value, 'response') === 'string' || // Cloudflare
    (field(value, 'created') !== undefined && Array.isArray(field(value, 'data'))) // images
  );
}

function readUsage(value: unknown): AnswerReading {
  const draft = new AnswerDraft('openai_usage');
  draft.model = textField(value, 'model');
  draft.id = textField(value, 'id');
  draft.keepsServerState = textField(value, 'object')?.startsWith('thread.') === true; // runs of assistants
  draft.hasChoices = false;
  draft.usage = usageIn(field(value, 'usage'), { model: draft.model, serviceTier: serviceTierIn(value) });
  const reading = draft.close();
  return field(value, 'object') === 'list' ? reading : withMarks(reading, value);
}

/** A record that says how an answer ended, what it calls or what failed is of an answer with choices. */
function withMarks(reading: AnswerReading, value: unknown): AnswerReading {
  const marks = readMarks(value);
  if (marks === undefined) return reading;
  const { finishReasons, hasToolCalls, failure } = marks;
  const finish = marks.finish.map((kind, index) => finishOf(finishReasons[index] ?? '') ?? kind);
  return { ...reading, finish, finishReasons, texts: finish.map(() => ''), hasToolCalls, failure };
}

/**
 * Answers that have a usage in OpenAI's shape and no choices: embeddings of OpenAI, Voyage and others, rankings, and records of a
 * usage.
 *
 * @see https://platform.openai.com/docs/api-reference/embeddings
 */
export const OPENAI_USAGE: Dialect = {
  name: 'openai_usage',
  request: embeddingRequest,
  http: embeddingsHttp,
  answer: { is: isUsage, members: ['usage', 'data'], read: readUsage },
};
