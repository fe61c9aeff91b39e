import { field, textField } from '../../fields.ts';
import { AnswerDraft, type ChoiceDraft, finish, say } from '../answer-draft.ts';
import type { AnswerReading, FinishKind } from '../answer-reading.ts';
import { spelled, spelledText } from './spelling.ts';
import { cohereUsage } from './usage.ts';

const FINISHES: Readonly<Record<string, FinishKind>> = {
  complete: 'complete',
  stop_sequence: 'complete',
  tool_call: 'tools',
  max_tokens: 'cut',
  error_limit: 'cut',
  error_toxic: 'filtered',
  error: 'failed',
  timeout: 'failed',
  user_cancel: 'unfinished',
};

export function isCohereAnswer(value: unknown): boolean {
  return isSecondVersion(value) || isFirstVersion(value) || isEmbedding(value) || isNoJson(value);
}

export function readCohere(value: unknown): AnswerReading {
  const draft = new AnswerDraft('cohere');
  readWhole(draft, value);
  return draft.close();
}

/** Reads a whole answer of any version, or what the client gives in place of one that it cannot read. */
export function readWhole(draft: AnswerDraft, value: unknown): void {
  draft.id ??= textField(value, 'id') ?? spelledText(value, 'generation_id', 'generationId');
  if (isNoJson(value)) {
    const error = field(value, 'error');
    draft.failure = { code: textField(error, 'reason'), message: undefined, status: undefined, error };
    return;
  }
  if (isEmbedding(value)) {
    draft.hasChoices = false;
    draft.usage = cohereUsage(field(value, 'meta'), true);
    return;
  }
  draft.usage = cohereUsage(field(value, 'usage') ?? field(value, 'meta'), false) ?? draft.usage;
  const choice = draft.choice(0);
  readMessage(choice, field(value, 'message'));
  say(choice, field(value, 'text'));
  readToolCalls(choice, value);
  endChoice(draft, spelled(value, 'finish_reason', 'finishReason'));
}

/** Reads a message, or what an event of a stream adds to one. */
export function readMessage(choice: ChoiceDraft, message: unknown): void {
  const content = field(message, 'content');
  for (const part of Array.isArray(content) ? content : [content]) say(choice, field(part, 'text'));
  readToolCalls(choice, message);
}

/** Notes how the answer ended; an error is a failure of the call too. */
export function endChoice(draft: AnswerDraft, reason: unknown, error?: unknown): void {
  const choice = draft.choice(0);
  finish(choice, reason, FINISHES);
  if (choice.finish === 'complete' && choice.hasToolCalls) choice.finish = 'tools'; // the first version has no word for it
  const message = typeof error === 'string' && error !== '' ? error : undefined;
  if (choice.finish !== 'failed' && message === undefined) return;
  draft.failure ??= { code: choice.finishReason, message, status: undefined, error: error ?? reason };
}

function readToolCalls(choice: ChoiceDraft, holder: unknown): void {
  const calls = spelled(holder, 'tool_calls', 'toolCalls');
  choice.hasToolCalls ||= Array.isArray(calls) ? calls.length > 0 : typeof calls === 'object' && calls !== null;
}

function isSecondVersion(value: unknown): boolean {
  const message = field(value, 'message');
  if (typeof spelled(value, 'finish_reason', 'finishReason') !== 'string') return false;
  return Array.isArray(field(message, 'content')) || field(message, 'role') === 'assistant';
}

function isFirstVersion(value: unknown): boolean {
  return (
    typeof field(value, 'text') === 'string' && typeof spelled(value, 'generation_id', 'generationId') === 'string'
  );
}

function isEmbedding(value: unknown): boolean {
  const embeddings = field(value, 'embeddings');
  const isGiven = typeof embeddings === 'object' && embeddings !== null;
  return isGiven && spelled(field(value, 'meta'), 'billed_units', 'billedUnits') !== undefined;
}

/** What the client resolves to if the body of a response is not JSON. */
function isNoJson(value: unknown): boolean {
  return field(value, 'ok') === false && textField(field(value, 'error'), 'reason') !== undefined;
}
