import { field, listOf, textField } from '../fields.ts';
import { AnswerDraft } from './answer-draft.ts';
import type { AnswerReading } from './answer-reading.ts';
import { EXCEPTIONS, exceptionIn } from './aws-exception.ts';
import { hasMember } from './candidates.ts';
import type { StreamReader } from './dialect.ts';
import { statedFailure } from './stated-failure.ts';

/**
 * Looks for marks in an answer that no dialect recognises: an error, a reason why it ended, a call of a tool. Such an answer is
 * one of a model, in a format that is not known; without a mark it may be anything.
 *
 * @returns a reading that is never `complete`, or undefined if there is no mark
 */
export function readMarks(value: unknown): AnswerReading | undefined {
  if (!hasMember(value, MEMBERS)) return undefined;
  const draft = new AnswerDraft('unknown');
  return noteMarks(value, draft) ? draft.close() : undefined;
}

/** The same for a stream, of which a mark in any chunk counts. */
export function markReader(): Pick<StreamReader, 'add'> & { reading(): AnswerReading | undefined } {
  const draft = new AnswerDraft('unknown');
  let hasMarks = false;
  return {
    add(chunk) {
      if (hasMember(chunk, MEMBERS)) hasMarks = noteMarks(chunk, draft) || hasMarks;
    },
    reading: () => (hasMarks ? draft.close() : undefined),
  };
}

const REASONS = [
  'finish_reason',
  'finishReason',
  'stop_reason',
  'stopReason',
  'done_reason',
  'completionReason',
] as const;

const TOOL_CALLS = ['tool_calls', 'toolCalls', 'function_call', 'toolUse', 'tool_use'] as const;

const UNFINISHED_STATES: ReadonlySet<unknown> = new Set(['incomplete', 'in_progress', 'queued', 'failed', 'cancelled']);

/** Every mark is in one of these members. */
const MEMBERS: ReadonlySet<string> = new Set([
  ...REASONS,
  ...TOOL_CALLS,
  ...EXCEPTIONS,
  ...['error', 'errors', 'type', 'object', 'status'],
]);

function noteMarks(value: unknown, draft: AnswerDraft): boolean {
  const failure = statedFailure(value) ?? exceptionIn(value);
  if (failure !== undefined) draft.failure ??= failure;
  const reason = REASONS.map((name) => textField(value, name)).find((word) => word !== undefined);
  const hasToolCalls = TOOL_CALLS.some((name) => isPresent(field(value, name)));
  const isUnfinished = UNFINISHED_STATES.has(field(value, 'status'));
  if (reason !== undefined || hasToolCalls || isUnfinished) {
    const choice = draft.choice(0);
    choice.finish = reason === undefined && isUnfinished ? 'unfinished' : 'unknown';
    choice.finishReason = reason?.toLowerCase();
    choice.hasToolCalls ||= hasToolCalls;
  }
  return failure !== undefined || reason !== undefined || hasToolCalls || isUnfinished;
}

function isPresent(value: unknown): boolean {
  return Array.isArray(value) ? listOf(value).length > 0 : typeof value === 'object' && value !== null;
}
