import { field, isObject, listOf, textField } from '../../fields.ts';
import {
  type AnswerDraft,
  type ChoiceDraft,
  draftOf,
  draftReader,
  finish,
  finishOrCall,
  type ReadAnswer,
  say,
} from '../answer-draft.ts';
import { conversionsOf } from '../conversions.ts';
import type { Dialect, StreamReader } from '../dialect.ts';
import { eitherField, eitherText } from '../spelling.ts';
import { failedWith } from '../stated-failure.ts';
import { assembleCohere, eventsOfCohere } from './assembly.ts';
import { cohereHttp } from './http.ts';
import { cohereRequest } from './request.ts';
import { cohereUsage } from './usage.ts';

function isCohereAnswer(value: unknown): boolean {
  return [isSecondVersion, isFirstVersion, isGenerated, isEmbedding, isNoJson].some((is) => is(value));
}

/** Events of the second version, and of the first. */
const EVENTS =
  /^(?:message-(?:start|end)|content-(?:start|delta|end)|tool-plan-delta|tool-call-(?:start|delta|end)|citation-(?:start|end))$/;
const FIRST_VERSION_EVENTS =
  /^(?:stream-(?:start|end|error)|search-queries-generation|search-results|(?:text|citation)-generation|tool-calls-(?:chunk|generation))$/;

function isCohereChunk(event: unknown): boolean {
  return EVENTS.test(textField(event, 'type') ?? '') || FIRST_VERSION_EVENTS.test(eitherText(event, 'eventType') ?? '');
}

/** Whether an event brings the answer forward; those that only announce what follows do not. */
function isCohereProgress(event: unknown): boolean {
  return isCohereChunk(event) && !/^(?:message|content|stream)-start$/.test(typeOf(event) ?? '');
}

function typeOf(event: unknown): string | undefined {
  return textField(event, 'type') ?? eitherText(event, 'eventType');
}

const readCohere: ReadAnswer = draftOf('cohere', readWhole);

const cohereReader: () => StreamReader = draftReader('cohere', (draft) => ({
  add(event) {
    if (eitherField(event, 'eventType') === undefined) readSecondVersion(draft, event);
    else readFirstVersion(draft, event);
  },
}));

function readSecondVersion(draft: AnswerDraft, event: unknown): void {
  const delta = field(event, 'delta');
  draft.id ??= textField(event, 'id');
  readMessage(draft.choice(0), field(delta, 'message'));
  if (field(event, 'type') !== 'message-end') return;
  draft.usage = cohereUsage(field(delta, 'usage'), false) ?? draft.usage;
  endChoice(draft, eitherField(delta, 'finishReason'), field(delta, 'error'));
}

function readFirstVersion(draft: AnswerDraft, event: unknown): void {
  const choice = draft.choice(0);
  draft.id ??= eitherText(event, 'generationId');
  switch (eitherField(event, 'eventType')) {
    case 'stream-end':
      choice.text = ''; // the last event repeats the whole answer
      readWhole(draft, field(event, 'response'));
      endChoice(draft, eitherField(event, 'finishReason'), field(event, 'error'));
      break;
    case 'stream-error':
      endChoice(draft, 'ERROR', field(event, 'err'));
      break;
    default:
      readWhole(draft, event);
  }
}

/** Reads a whole answer of any version, or what the client gives in place of one that it cannot read. */
function readWhole(draft: AnswerDraft, value: unknown): void {
  draft.id ??= textField(value, 'id') ?? eitherText(value, 'generationId');
  if (isNoJson(value)) {
    const error = field(value, 'error');
    draft.failure = failedWith(error, { code: textField(error, 'reason') });
    return;
  }
  if (isEmbedding(value)) {
    draft.hasChoices = false;
    draft.usage = cohereUsage(field(value, 'meta'), true);
    return;
  }
  draft.usage = cohereUsage(field(value, 'usage') ?? field(value, 'meta'), false) ?? draft.usage;
  if (isGenerated(value)) {
    listOf(field(value, 'generations')).forEach((generation, position) => {
      say(draft.choice(position), field(generation, 'text'));
      finish(draft.choice(position), eitherField(generation, 'finishReason'));
    });
    return;
  }
  const choice = draft.choice(0);
  readMessage(choice, field(value, 'message'));
  say(choice, field(value, 'text'));
  readToolCalls(choice, value);
  endChoice(draft, eitherField(value, 'finishReason'));
}

/** Reads a message, or what an event of a stream adds to one. */
function readMessage(choice: ChoiceDraft, message: unknown): void {
  for (const part of [field(message, 'content')].flat()) say(choice, field(part, 'text'));
  readToolCalls(choice, message);
}

/** Notes how the answer ended; an error is a failure of the call too. */
function endChoice(draft: AnswerDraft, reason: unknown, error?: unknown): void {
  const choice = draft.choice(0);
  finishOrCall(choice, reason); // the first version has no word for calls of tools
  const message = typeof error === 'string' && error !== '' ? error : undefined;
  if (choice.finish !== 'failed' && message === undefined) return;
  draft.failure ??= failedWith(error ?? reason, { code: choice.finishReason, message });
}

function readToolCalls(choice: ChoiceDraft, holder: unknown): void {
  const calls = eitherField(holder, 'toolCalls');
  choice.hasToolCalls ||= Array.isArray(calls) ? calls.length > 0 : isObject(calls);
}

function isSecondVersion(value: unknown): boolean {
  const message = field(value, 'message');
  if (typeof eitherField(value, 'finishReason') !== 'string') return false;
  return Array.isArray(field(message, 'content')) || field(message, 'role') === 'assistant';
}

function isFirstVersion(value: unknown): boolean {
  return typeof field(value, 'text') === 'string' && typeof eitherField(value, 'generationId') === 'string';
}

/** An answer of the endpoint before chats, as Bedrock serves it still. */
function isGenerated(value: unknown): boolean {
  const [first] = listOf(field(value, 'generations'));
  return typeof field(first, 'text') === 'string' && typeof eitherField(first, 'finishReason') === 'string';
}

/** Embeddings, or the ranks of documents. */
function isEmbedding(value: unknown): boolean {
  const isGiven = isObject(field(value, 'embeddings')) || Array.isArray(field(value, 'results'));
  return isGiven && eitherField(field(value, 'meta'), 'billedUnits') !== undefined;
}

/** What the client resolves to if the body of a response is not JSON. */
function isNoJson(value: unknown): boolean {
  return field(value, 'ok') === false && textField(field(value, 'error'), 'reason') !== undefined;
}

const { chunks, assemble } = conversionsOf({ take: eventsOfCohere, assemble: assembleCohere });

/**
 * Cohere's own API: chat in both versions, texts, embeddings and rankings; as the API sends them (snake_case) and as its client gives
 * them (camelCase).
 *
 * @see https://docs.cohere.com/reference/chat
 */
export const COHERE: Dialect = {
  name: 'cohere',
  request: cohereRequest,
  answer: {
    is: isCohereAnswer,
    members: ['finish_reason', 'finishReason', 'generation_id', 'generationId', 'generations', 'meta', 'ok'],
    read: readCohere,
    chunks,
    streamShape: 'iterable',
  },
  stream: {
    isChunk: isCohereChunk,
    members: ['type', 'event_type', 'eventType'],
    reader: cohereReader,
    assemble,
    isProgress: isCohereProgress,
  },
  http: cohereHttp,
  bytes: { streamFraming: 'server_sent_events' },
};
