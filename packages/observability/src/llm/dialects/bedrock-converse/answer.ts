import { field, fieldAt, isGiven, isObject, listOf, textField } from '../../fields.ts';
import { type AnswerDraft, type ChoiceDraft, draftOf, finish, type ReadAnswer, say } from '../answer-draft.ts';
import { failedWith } from '../stated-failure.ts';
import { converseUsage } from './usage.ts';

/** An answer of Converse, or of a model of Amazon that answers alike. */
export function isConverseAnswer(value: unknown): boolean {
  return isBare(value) || (field(value, 'stopReason') !== undefined && typeof field(value, 'output') === 'object');
}

/** The client makes an answer without members of a body that is empty, or of an error that came with a status of success. */
function isBare(value: unknown): boolean {
  return field(value, '$metadata') !== undefined && Object.keys(value as object).length === 1;
}

export const readConverseAnswer: ReadAnswer = draftOf('bedrock_converse', (draft, answer) => {
  const choice = draft.choice(0);
  if (isBare(answer)) draft.failure = failedWith(answer, { code: 'bad_response' });
  draft.usage = converseUsage(field(answer, 'usage'), answer);
  readTrace(draft, answer);
  for (const block of listOf(fieldAt(answer, 'output', 'message', 'content'))) readBlock(choice, block);
  readStop(choice, answer);
});

/** A router of prompts says which model it chose; no other answer names its model. */
export function readTrace(draft: AnswerDraft, answer: unknown): void {
  const model = textField(fieldAt(answer, 'trace', 'promptRouter'), 'invokedModelId');
  if (model !== undefined) draft.model = model.slice(model.lastIndexOf('/') + 1);
}

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
export function readStop(choice: ChoiceDraft, stop: unknown): void {
  finish(choice, field(stop, 'stopReason'));
}

/** What a block holds beside text that is an answer too. */
const CONTENT = ['image', 'video', 'audio', 'document', 'toolResult', 'searchResult'] as const;

/** Reads a block of content, or a delta of one, which has the same members. */
export function readBlock(choice: ChoiceDraft, block: unknown): void {
  say(choice, field(block, 'text'));
  for (const part of listOf(fieldAt(block, 'citationsContent', 'content'))) say(choice, field(part, 'text'));
  const use = field(block, 'toolUse');
  choice.hasToolCalls ||= isObject(use) && field(use, 'type') !== 'server_tool_use'; // which the provider runs
  choice.hasContent ||= CONTENT.some((name) => isGiven(field(block, name)));
}
