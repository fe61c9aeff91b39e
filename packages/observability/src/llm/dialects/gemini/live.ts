import { field, fieldAt, hasItems, isGiven, listOf, textField } from '../../fields.ts';
import type { AnswerDraft, ChoiceDraft } from '../answer-draft.ts';
import { readPart } from './response.ts';

/** What only messages of the Live API have. */
export const LIVE_MEMBERS = [
  'serverContent',
  'setupComplete',
  'toolCall',
  'toolCallCancellation',
  'sessionResumptionUpdate',
] as const;

/** Whether a value is a message of the Live API. @see https://ai.google.dev/api/live#messages */
export function isLiveMessage(value: unknown): boolean {
  return LIVE_MEMBERS.some((name) => isGiven(field(value, name)));
}

/** Whether a message is part of an answer, rather than of the session around it. */
export function isLiveAnswer(message: unknown): boolean {
  const content = field(message, 'serverContent');
  return ['modelTurn', 'outputTranscription'].some((name) => field(content, name) !== undefined) || hasCalls(message);
}

export function endsTurn(message: unknown): boolean {
  return fieldAt(message, 'serverContent', 'turnComplete') === true;
}

export function readLiveMessage(draft: AnswerDraft, message: unknown): void {
  const content = field(message, 'serverContent');
  const choice = draft.choice(0);
  for (const part of listOf(fieldAt(content, 'modelTurn', 'parts'))) readPart(choice, part);
  choice.text += textField(field(content, 'outputTranscription'), 'text') ?? ''; // of the sound, which is the content
  if (hasCalls(message)) choice.hasToolCalls = true;
  readEnd(choice, content);
}

function hasCalls(message: unknown): boolean {
  return hasItems(field(message, 'toolCall'), 'functionCalls');
}

/** Reasons that say nothing but that the turn is over. */
const PLAIN_REASONS: ReadonlySet<string> = new Set(['turn_complete_reason_unspecified', 'need_more_input']);

function readEnd(choice: ChoiceDraft, content: unknown): void {
  if (choice.hasToolCalls) choice.finish = 'tools';
  if (field(content, 'interrupted') === true) choice.finish = 'cut';
  const isOver = ['turnComplete', 'generationComplete'].some((name) => field(content, name) === true);
  if (isOver) choice.finish ??= 'complete';
  const reason = textField(content, 'turnCompleteReason')?.toLowerCase();
  if (reason === undefined) return;
  choice.finishReason = reason;
  if (!PLAIN_REASONS.has(reason)) choice.finish = 'failed';
}
