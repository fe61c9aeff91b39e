import { field, listOf, textField } from '../../fields.ts';
import { AnswerDraft, type ChoiceDraft, finish, say } from '../answer-draft.ts';
import type { AnswerReading, FinishKind } from '../answer-reading.ts';
import { converseUsage } from './usage.ts';

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
const STOP_REASONS: Readonly<Record<string, FinishKind>> = {
  end_turn: 'complete',
  stop_sequence: 'complete',
  tool_use: 'tools',
  max_tokens: 'cut',
  model_context_window_exceeded: 'cut',
  guardrail_intervened: 'filtered',
  content_filtered: 'filtered',
  malformed_model_output: 'failed',
  malformed_tool_use: 'failed',
};

/** An answer of Converse, or of a model of Amazon that answers alike. */
export function isConverseAnswer(value: unknown): boolean {
  return isBare(value) || (field(value, 'stopReason') !== undefined && typeof field(value, 'output') === 'object');
}

/** The client makes an answer without members of a body that is empty, or of an error that came with a status of success. */
function isBare(value: unknown): boolean {
  return field(value, '$metadata') !== undefined && Object.keys(value as object).length === 1;
}

export function readConverseAnswer(answer: unknown): AnswerReading {
  const draft = new AnswerDraft('bedrock_converse');
  const choice = draft.choice(0);
  if (isBare(answer)) draft.failure = { code: 'bad_response', message: undefined, status: undefined, error: answer };
  draft.usage = converseUsage(field(answer, 'usage'), answer);
  readTrace(draft, answer);
  for (const block of listOf(field(field(field(answer, 'output'), 'message'), 'content'))) readBlock(choice, block);
  readStop(choice, answer);
  return draft.close();
}

/** A router of prompts says which model it chose; no other answer names its model. */
export function readTrace(draft: AnswerDraft, answer: unknown): void {
  const model = textField(field(field(answer, 'trace'), 'promptRouter'), 'invokedModelId');
  if (model !== undefined) draft.model = model.slice(model.lastIndexOf('/') + 1);
}

export function readStop(choice: ChoiceDraft, stop: unknown): void {
  finish(choice, field(stop, 'stopReason'), STOP_REASONS);
}

/** What a block holds beside text that is an answer too. */
const CONTENT = ['image', 'video', 'audio', 'document', 'toolResult', 'searchResult'] as const;

/** Reads a block of content, or a delta of one, which has the same members. */
export function readBlock(choice: ChoiceDraft, block: unknown): void {
  say(choice, field(block, 'text'));
  for (const part of listOf(field(field(block, 'citationsContent'), 'content'))) say(choice, field(part, 'text'));
  choice.hasToolCalls ||= asksForTool(block);
  choice.hasContent ||= CONTENT.some((name) => (field(block, name) ?? null) !== null);
}

/** Tools of another type are run by the provider. */
function asksForTool(block: unknown): boolean {
  const use = field(block, 'toolUse');
  return typeof use === 'object' && use !== null && field(use, 'type') !== 'server_tool_use';
}
