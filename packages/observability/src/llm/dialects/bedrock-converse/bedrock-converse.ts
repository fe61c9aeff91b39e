import { field, fieldAt, isGiven, isObject, listOf, textField } from '../../fields.ts';
import {
  type AnswerDraft,
  type ChoiceDraft,
  draftOf,
  draftReader,
  finish,
  type ReadAnswer,
  say,
} from '../answer-draft.ts';
import { exceptionIn } from '../aws-exception.ts';
import { conversionsOf } from '../conversions.ts';
import { risen } from '../counts.ts';
import type { Dialect, StreamReader } from '../dialect.ts';
import { failedWith, statedFailure } from '../stated-failure.ts';
import { assembleConverse, eventsOfConverse } from './assembly.ts';
import { bedrockHttp } from './http.ts';
import { converseRequest } from './request.ts';
import { converseUsage } from './usage.ts';

/** An answer of Converse, or of a model of Amazon that answers alike. */
function isConverseAnswer(value: unknown): boolean {
  return isBare(value) || (field(value, 'stopReason') !== undefined && typeof field(value, 'output') === 'object');
}

/** The client makes an answer without members of a body that is empty, or of an error that came with a status of success. */
function isBare(value: unknown): boolean {
  return field(value, '$metadata') !== undefined && Object.keys(value as object).length === 1;
}

const readConverseAnswer: ReadAnswer = draftOf('bedrock_converse', (draft, answer) => {
  const choice = draft.choice(0);
  if (isBare(answer)) draft.failure = failedWith(answer, { code: 'bad_response' });
  draft.usage = converseUsage(field(answer, 'usage'), answer);
  readTrace(draft, answer);
  for (const block of listOf(fieldAt(answer, 'output', 'message', 'content'))) readBlock(choice, block);
  readStop(choice, answer);
});

const CONVERSE_EVENTS = [
  'contentBlockDelta',
  'contentBlockStart',
  'contentBlockStop',
  'messageStart',
  'messageStop',
] as const;

function isConverseEvent(event: unknown): boolean {
  return (
    CONVERSE_EVENTS.some((name) => typeof field(event, name) === 'object') ||
    typeof fieldAt(event, 'metadata', 'usage', 'inputTokens') === 'number'
  );
}

/** The start of a message is sent before the model says anything, and its metadata when it has said everything. */
function isConverseProgress(event: unknown): boolean {
  return field(event, 'messageStart') === undefined && field(event, 'metadata') === undefined;
}

/** Reads the events of one message. @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html */
const converseReader: () => StreamReader = draftReader('bedrock_converse', (draft) => {
  let metadata: unknown;
  let usage: unknown;
  let starts = 0;
  return {
    add(event) {
      const choice = draft.choice(0);
      const delta = field(event, 'contentBlockDelta');
      readBlock(choice, delta === undefined ? fieldAt(event, 'contentBlockStart', 'start') : field(delta, 'delta'));
      if (delta !== undefined) return;
      readStop(choice, field(event, 'messageStop'));
      if (field(event, 'messageStart') !== undefined) starts += 1;
      metadata = field(event, 'metadata') ?? metadata;
      usage = risen(usage, fieldAt(event, 'metadata', 'usage'));
      readTrace(draft, field(event, 'metadata'));
      draft.failure ??= exceptionIn(event) ?? statedFailure(event);
    },
    end() {
      draft.choice(0);
      // A second message in mid-stream was asked of another model: what the first one cost is not known.
      draft.usage = starts > 1 ? undefined : converseUsage(usage, metadata);
    },
  };
});

/** A router of prompts says which model it chose; no other answer names its model. */
function readTrace(draft: AnswerDraft, answer: unknown): void {
  const model = textField(fieldAt(answer, 'trace', 'promptRouter'), 'invokedModelId');
  if (model !== undefined) draft.model = model.slice(model.lastIndexOf('/') + 1);
}

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
function readStop(choice: ChoiceDraft, stop: unknown): void {
  finish(choice, field(stop, 'stopReason'));
}

/** What a block holds beside text that is an answer too. */
const CONTENT = ['image', 'video', 'audio', 'document', 'toolResult', 'searchResult'] as const;

/** Reads a block of content, or a delta of one, which has the same members. */
function readBlock(choice: ChoiceDraft, block: unknown): void {
  say(choice, field(block, 'text'));
  for (const part of listOf(fieldAt(block, 'citationsContent', 'content'))) say(choice, field(part, 'text'));
  const use = field(block, 'toolUse');
  choice.hasToolCalls ||= isObject(use) && field(use, 'type') !== 'server_tool_use'; // which the provider runs
  choice.hasContent ||= CONTENT.some((name) => isGiven(field(block, name)));
}

const { chunks, assemble } = conversionsOf({ take: eventsOfConverse, assemble: assembleConverse });

/** Bedrock's Converse and ConverseStream, and the answers of Amazon's own models that have the same shape. */
export const BEDROCK_CONVERSE: Dialect = {
  name: 'bedrock_converse',
  request: converseRequest,
  answer: {
    is: isConverseAnswer,
    members: ['stopReason', '$metadata'],
    read: readConverseAnswer,
    chunks,
    streamShape: 'iterable',
  },
  stream: {
    isChunk: isConverseEvent,
    members: [...CONVERSE_EVENTS, 'metadata'],
    reader: converseReader,
    assemble,
    isProgress: isConverseProgress,
  },
  bytes: { streamFraming: 'aws_event_stream' },
  http: bedrockHttp,
};
