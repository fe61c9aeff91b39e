import { field, isGiven, isObject, listOf, textField } from '../../fields.ts';
import {
  type AnswerDraft,
  type ChoiceDraft,
  draftOf,
  draftReader,
  finish,
  type ReadAnswer,
  refuse,
  say,
} from '../answer-draft.ts';
import { exceptionIn } from '../aws-exception.ts';
import { conversionsOf } from '../conversions.ts';
import { risen } from '../counts.ts';
import type { Dialect, StreamReader } from '../dialect.ts';
import { failedWith, statedFailure } from '../stated-failure.ts';
import { assembleMessage, eventsOfMessage } from './assembly.ts';
import { messagesHttp } from './http.ts';
import { messagesRequest } from './request.ts';
import { messageUsage } from './usage.ts';

/** A message, a line of a batch's results, a batch that was begun, or an error in place of a message. */
function isMessageAnswer(value: unknown): boolean {
  return isMessage(value) || isBatchLine(value) || isBatch(value) || isErrorBody(value);
}

const readMessageAnswer: ReadAnswer = draftOf('anthropic', (draft, value) => {
  if (isMessage(value)) readMessage(draft, value);
  else if (isBatchLine(value)) readBatchLine(draft, field(value, 'result'));
  else if (!isBatch(value)) draft.failure = statedFailure(value);
  else {
    // A job: its results are read from elsewhere when it has ended.
    draft.id = textField(value, 'id');
    draft.keepsServerState = true;
    draft.choice(0);
  }
});

/** Items of the Responses API have the same type, and never a reason why they ended. */
function isMessage(value: unknown): boolean {
  if (field(value, 'type') !== 'message') return false;
  return field(value, 'stop_reason') !== undefined || field(field(value, 'usage'), 'input_tokens') !== undefined;
}

function isBatchLine(value: unknown): boolean {
  return typeof field(value, 'custom_id') === 'string' && typeof field(field(value, 'result'), 'type') === 'string';
}

function isBatch(value: unknown): boolean {
  return field(value, 'type') === 'message_batch';
}

/** Error events of other streams have the same type; only bodies of Anthropic name their request beside the error. */
function isErrorBody(value: unknown): boolean {
  const isError = field(value, 'type') === 'error' && typeof field(value, 'error') === 'object';
  return isError && textField(value, 'request_id') !== undefined;
}

function readMessage(draft: AnswerDraft, message: unknown): void {
  const choice = draft.choice(0);
  readHead(draft, message);
  draft.usage = messageUsage(field(message, 'usage'));
  for (const block of listOf(field(message, 'content'))) readBlock(choice, block);
  readStop(choice, field(message, 'stop_reason'));
}

function readBatchLine(draft: AnswerDraft, result: unknown): void {
  const message = field(result, 'message');
  if (!isMessage(message)) {
    draft.failure = statedFailure(field(result, 'error')) ?? failedWith(result, { code: textField(result, 'type') });
    return;
  }
  readMessage(draft, message);
  if (draft.usage !== undefined) draft.usage = { ...draft.usage, serviceTier: 'batch' };
}

const EVENTS = /^(?:message_(?:start|delta|stop)|content_block_(?:start|delta|stop))$/;

function isMessageEvent(event: unknown): boolean {
  return EVENTS.test(textField(event, 'type') ?? '');
}

/** A ping keeps a connection open, and the start of a message is sent before the model says anything. */
function isMessageProgress(event: unknown): boolean {
  const type = field(event, 'type');
  return type !== 'ping' && type !== 'message_start';
}

/** Reads the events of one message. @see https://docs.anthropic.com/en/docs/build-with-claude/streaming */
const messageReader: () => StreamReader = draftReader('anthropic', (draft) => {
  let usage: unknown;
  let stopReason: unknown;
  let hasFinalUsage = false;
  let hasStopped = false;
  /** Whether a second message began in mid-stream. What was billed for the first is not known then. */
  let isMixed = false;
  const start = (message: unknown): void => {
    isMixed ||= draft.id !== undefined && textField(message, 'id') !== draft.id;
    readHead(draft, message);
    for (const block of listOf(field(message, 'content'))) readBlock(draft.choice(0), block);
    usage = risen(usage, field(message, 'usage'));
  };
  const addDelta = (event: unknown): void => {
    const delta = field(event, 'delta');
    readHead(draft, delta);
    stopReason = field(delta, 'stop_reason') ?? stopReason;
    const told = field(event, 'usage');
    hasFinalUsage ||= isObject(told);
    if (isObject(told)) usage = risen(usage, told);
  };
  return {
    add(event) {
      switch (field(event, 'type')) {
        case 'message_start':
          start(field(event, 'message'));
          break;
        case 'content_block_start':
          readBlock(draft.choice(0), field(event, 'content_block'));
          break;
        case 'content_block_delta':
          readBlock(draft.choice(0), field(event, 'delta'));
          break;
        case 'message_delta':
          addDelta(event);
          break;
        case 'message_stop':
          hasStopped = true;
          break;
        case 'content_block_stop':
        case 'ping':
          break;
        default:
          draft.failure ??= statedFailure(event) ?? exceptionIn(event);
      }
    },
    end() {
      const choice = draft.choice(0);
      if (hasStopped) readStop(choice, stopReason);
      else choice.finishReason = typeof stopReason === 'string' ? stopReason.toLowerCase() : undefined;
      draft.usage = hasFinalUsage && !isMixed ? messageUsage(usage) : undefined;
      if (isMixed) Object.assign(draft, { id: undefined, model: undefined });
    },
  };
});

/** Reads what the start and the end of a message say about the whole of it. */
function readHead(draft: AnswerDraft, message: unknown): void {
  draft.id = textField(message, 'id') ?? draft.id;
  draft.model = textField(message, 'model') ?? draft.model;
  draft.keepsServerState ||= isGiven(field(message, 'container'));
}

function readStop(choice: ChoiceDraft, reason: unknown): void {
  finish(choice, reason);
  if (reason === 'refusal') refuse(choice);
}

/** Tools that the provider runs itself and that change nothing; tools on the caller's own server may change something. */
const SERVER_TOOL = 'server_tool_use';

const RESULTS: ReadonlySet<string> = new Set(['container_upload', 'compaction']);

/** Reads a block of content: whole, as it starts, or one of its deltas. */
function readBlock(choice: ChoiceDraft, block: unknown): void {
  const type = field(block, 'type');
  if (typeof type !== 'string') return;
  if (type === 'text' || type === 'text_delta') say(choice, field(block, 'text'));
  else if (type.endsWith('tool_use')) choice.hasToolCalls ||= type !== SERVER_TOOL;
  else if (type.endsWith('_tool_result') || RESULTS.has(type)) choice.hasContent = true;
}

const { chunks, assemble } = conversionsOf({ take: eventsOfMessage, assemble: assembleMessage });

/** The Messages API of Anthropic, also where Bedrock and Vertex serve it, and the results of its Batches. */
export const ANTHROPIC: Dialect = {
  name: 'anthropic',
  request: messagesRequest,
  answer: { is: isMessageAnswer, members: ['type', 'custom_id'], read: readMessageAnswer, chunks },
  stream: {
    isChunk: isMessageEvent,
    members: ['type'],
    reader: messageReader,
    assemble,
    isProgress: isMessageProgress,
    isPreamble: (value) => field(value, 'type') === 'ping',
  },
  http: messagesHttp,
  bytes: {
    streamFraming: 'server_sent_events',
    marks: /message_(?:start|delta|stop)|content_block_start|"error"|Exception"/,
  },
};
