import { field, isObject, textField } from '../../fields.ts';
import { type AnswerDraft, type ChoiceDraft, draftOf, finishOrCall, type ReadAnswer, say } from '../answer-draft.ts';
import { eitherField, eitherText } from '../spelling.ts';
import { failedWith } from '../stated-failure.ts';
import { cohereUsage } from './usage.ts';

export function isCohereAnswer(value: unknown): boolean {
  return isSecondVersion(value) || isFirstVersion(value) || isEmbedding(value) || isNoJson(value);
}

export const readCohere: ReadAnswer = draftOf('cohere', readWhole);

/** Reads a whole answer of any version, or what the client gives in place of one that it cannot read. */
export function readWhole(draft: AnswerDraft, value: unknown): void {
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
  const choice = draft.choice(0);
  readMessage(choice, field(value, 'message'));
  say(choice, field(value, 'text'));
  readToolCalls(choice, value);
  endChoice(draft, eitherField(value, 'finishReason'));
}

/** Reads a message, or what an event of a stream adds to one. */
export function readMessage(choice: ChoiceDraft, message: unknown): void {
  for (const part of [field(message, 'content')].flat()) say(choice, field(part, 'text'));
  readToolCalls(choice, message);
}

/** Notes how the answer ended; an error is a failure of the call too. */
export function endChoice(draft: AnswerDraft, reason: unknown, error?: unknown): void {
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

function isEmbedding(value: unknown): boolean {
  return isObject(field(value, 'embeddings')) && eitherField(field(value, 'meta'), 'billedUnits') !== undefined;
}

/** What the client resolves to if the body of a response is not JSON. */
function isNoJson(value: unknown): boolean {
  return field(value, 'ok') === false && textField(field(value, 'error'), 'reason') !== undefined;
}
