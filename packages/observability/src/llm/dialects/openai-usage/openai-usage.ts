import { field, listOf, textField } from '../../fields.ts';
import { AnswerDraft, say } from '../answer-draft.ts';
import type { AnswerReading, FinishKind } from '../answer-reading.ts';
import type { Dialect } from '../dialect.ts';
import { CHAT_FINISHES } from '../openai-chat/finishes.ts';
import { readMarks } from '../unrecognised.ts';
import { embeddingRequest } from './request.ts';
import { serviceTierIn } from './service-tier.ts';
import { StatedUsage } from './usage.ts';

/** Answers whose usage other dialects read with the rest of them. */
const OF_OTHERS: ReadonlySet<unknown> = new Set([
  'chat.completion',
  'chat.completion.chunk',
  'text_completion',
  'response',
  'realtime.response',
  'conversation.response',
]);

/** Kinds of usage that a written-down recording has. */
const TRANSCRIPTION_USAGE: ReadonlySet<unknown> = new Set(['tokens', 'duration']);

/** A recording that was written down. */
function isTranscription(value: unknown): boolean {
  return typeof field(value, 'text') === 'string' && TRANSCRIPTION_USAGE.has(field(field(value, 'usage'), 'type'));
}

/** Embeddings, rankings, runs, and records in which a program kept the usage of an answer. */
function isUsage(value: unknown): boolean {
  if (!isObject(value) || Array.isArray(value)) return false;
  const usage = field(value, 'usage');
  if (field(value, 'object') === 'list') {
    return isObject(usage) || field(listOf(field(value, 'data'))[0], 'object') === 'embedding';
  }
  if (!isObject(usage) || isOfOthers(value)) return false;
  const isChat = field(usage, 'prompt_tokens') !== undefined || field(usage, 'completion_tokens') !== undefined;
  return isChat || isResponsesUsage(usage);
}

function isOfOthers(value: object): boolean {
  const type = field(value, 'type');
  return (
    OF_OTHERS.has(field(value, 'object')) ||
    (typeof type === 'string' && (type === 'message' || type.includes('.'))) || // a message, an event
    listOf(field(value, 'choices')).length > 0 || // the last chunk of a stream has none
    typeof field(value, 'response') === 'string' || // Cloudflare
    (field(value, 'created') !== undefined && Array.isArray(field(value, 'data'))) // images
  );
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
  draft.keepsServerState = textField(value, 'object')?.startsWith('thread.') === true; // runs of assistants
  if (isTranscription(value)) readTranscription(value, draft);
  const usage = new StatedUsage();
  usage.add(field(value, 'usage'));
  draft.usage = usage.usage({ model: draft.model, serviceTier: serviceTierIn(value) });
  const reading = draft.close();
  return field(value, 'object') === 'list' ? reading : withMarks(reading, value);
}

/** A record that says how an answer ended, what it calls or what failed is of an answer with choices. */
function withMarks(reading: AnswerReading, value: unknown): AnswerReading {
  const marks = readMarks(value);
  if (marks === undefined) return reading;
  const { finishReasons, hasToolCalls, failure } = marks;
  const finish = marks.finish.map((kind, index) => kindOf(finishReasons[index]) ?? kind);
  return { ...reading, finish, finishReasons, texts: finish.map(() => ''), hasToolCalls, failure };
}

function kindOf(reason: string | undefined): FinishKind | undefined {
  return reason !== undefined && Object.hasOwn(CHAT_FINISHES, reason) ? CHAT_FINISHES[reason] : undefined;
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
  answer: { is: (value) => isUsage(value) || isTranscription(value), members: ['usage', 'data'], read: readUsage },
};
