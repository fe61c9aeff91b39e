import { failureOf } from 'tta-dev-primitives';
import { field, isObject, listOf, textField } from '../fields.ts';
import { AnswerDraft } from './answer-draft.ts';
import type { AnswerReading, StatedFailure } from './answer-reading.ts';
import { EXCEPTIONS, exceptionIn } from './aws-exception.ts';
import { hasMember } from './candidates.ts';
import type { StreamReader } from './dialect.ts';
import { codeAmong, failedWith, statedFailure } from './stated-failure.ts';

/**
 * Looks for marks in an answer that no dialect recognises: an error, a reason why it ended, a call of a tool. An answer with a mark is a
 * model's, in an unknown format; without a mark it may be anything.
 *
 * @param isOfModel - whether a request to a model got this answer; then a message alone, or a detail, is an error
 * @returns a reading that is never `complete`, or undefined if there is no mark
 */
export function readMarks(value: unknown, isOfModel = false): AnswerReading | undefined {
  if (!hasMember(value, MEMBERS)) return undefined;
  const draft = new AnswerDraft('unknown');
  return noteMarks(value, draft, isOfModel) ? draft.close() : undefined;
}

/** The same for a stream; a mark in any chunk counts. A stream that only announces itself is unfinished. */
export function markReader(isOfModel = false): Pick<StreamReader, 'add'> & { reading(): AnswerReading | undefined } {
  const draft = new AnswerDraft('unknown');
  let hasMarks = false;
  let isAnnounced: boolean | undefined;
  return {
    add(chunk) {
      isAnnounced = isAnnounced !== false && isAnnouncement(chunk);
      if (hasMember(chunk, MEMBERS)) hasMarks = noteMarks(chunk, draft, isOfModel) || hasMarks;
    },
    reading() {
      if (isAnnounced === true) draft.choice(0);
      return hasMarks || isAnnounced === true ? draft.close() : undefined;
    },
  };
}

function isAnnouncement(chunk: unknown): boolean {
  return field(chunk, 'type') === 'start' && Object.keys(chunk as object).length === 1;
}

const REASONS = [
  'finish_reason',
  'finishReason',
  'stop_reason',
  'stopReason',
  'done_reason',
  'completionReason',
  'stop_type', // llama.cpp
] as const;

const TOOL_CALLS = ['tool_calls', 'toolCalls', 'function_call', 'toolUse', 'tool_use'] as const;

const UNFINISHED_STATES: ReadonlySet<unknown> = new Set([
  ...['incomplete', 'in_progress', 'queued', 'failed', 'cancelled'],
  ...['canceled', 'processing', 'starting'], // predictions of Replicate
]);

/** Where formats keep the choices of an answer, or the message of one. */
const WITHIN = ['output', 'outputs', 'result', 'results', 'choices', 'completions', 'message'] as const;

/** Where an error object without an envelope says what is wrong; gateways of APIs put an object there. */
const MESSAGES = ['message', 'Message', 'msg', 'detail', 'error_msg', 'fault'] as const;

/** An error object of a service has these members and no others. */
const OF_ERRORS: ReadonlySet<string> = new Set([
  ...[
    'message',
    'Message',
    'msg',
    'detail',
    'error_msg',
    'code',
    'error_code',
    'type',
    '__type',
    'status',
    'statusCode',
  ],
  ...['status_code', 'id', 'request_id', 'requestId', 'param', 'title', 'success', 'fault'],
]);

/** Every mark is in one of these members. */
const MEMBERS: ReadonlySet<string> = new Set([
  ...REASONS,
  ...TOOL_CALLS,
  ...EXCEPTIONS,
  ...WITHIN,
  ...['error', 'errors', 'type', 'object', 'status', ...MESSAGES, '__type'],
]);

function noteMarks(value: unknown, draft: AnswerDraft, isOfModel: boolean): boolean {
  const failure = statedFailure(value) ?? exceptionIn(value) ?? bareFailure(value, isOfModel);
  if (failure !== undefined) draft.failure ??= failure;
  const parts = [value, ...partsOf(value)];
  const reason = parts.map(reasonOf).find((word) => word !== undefined);
  const hasToolCalls = parts.some((part) => TOOL_CALLS.some((name) => isPresent(field(part, name))));
  const isUnfinished = UNFINISHED_STATES.has(field(value, 'status'));
  if (reason !== undefined || hasToolCalls || isUnfinished) {
    const choice = draft.choice(0);
    choice.finish = reason === undefined && isUnfinished ? 'unfinished' : 'unknown';
    choice.finishReason = reason?.toLowerCase();
    choice.hasToolCalls ||= hasToolCalls;
  }
  return failure !== undefined || reason !== undefined || hasToolCalls || isUnfinished;
}

function reasonOf(part: unknown): string | undefined {
  return REASONS.map((name) => textField(part, name)).find((word) => word !== undefined);
}

/** The parts of an answer that may hold a mark of it, two levels deep. */
function partsOf(value: unknown): readonly unknown[] {
  const outer = WITHIN.flatMap((name) => firstOf(field(value, name)));
  return [...outer, ...outer.flatMap((part) => WITHIN.flatMap((name) => firstOf(field(part, name))))];
}

function firstOf(value: unknown): readonly unknown[] {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return isObject(first) ? [first] : [];
}

/** An error object without an envelope. */
function bareFailure(value: unknown, isOfModel: boolean): StatedFailure | undefined {
  const message = MESSAGES.map((name) => field(value, name)).find(isSaid);
  if (message === undefined || !Object.keys(value as object).every((name) => OF_ERRORS.has(name))) return undefined;
  const known = failureOf(value);
  if (known === undefined && !isOfModel && field(value, 'error_code') === undefined) return undefined;
  const code = codeAmong(field(value, 'type'), field(value, '__type'), field(value, 'code'));
  return failedWith(value, { code, message: typeof message === 'string' ? message : undefined, status: known?.status });
}

function isSaid(message: unknown): boolean {
  return (typeof message === 'string' && message !== '') || listOf(message).length > 0 || isFault(message);
}

function isFault(message: unknown): boolean {
  return textField(message, 'faultstring') !== undefined;
}

function isPresent(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : isObject(value);
}
