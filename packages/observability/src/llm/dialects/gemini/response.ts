import { field, listOf, textField } from '../../fields.ts';
import { type AnswerDraft, type ChoiceDraft, finish, say } from '../answer-draft.ts';
import type { FinishKind } from '../answer-reading.ts';
import { either, isPresent, modelOfResponse } from './parts.ts';

/** @see https://ai.google.dev/api/generate-content#FinishReason */
const FINISH_REASONS: Readonly<Record<string, FinishKind>> = {
  stop: 'complete',
  max_tokens: 'cut',
  continuation: 'cut',
  safety: 'filtered',
  recitation: 'filtered',
  language: 'filtered',
  blocklist: 'filtered',
  prohibited_content: 'filtered',
  spii: 'filtered',
  image_safety: 'filtered',
  image_prohibited_content: 'filtered',
  image_recitation: 'filtered',
  model_armor: 'filtered',
  escalation: 'filtered',
  pup_limited_disabled: 'filtered',
  other: 'failed',
  image_other: 'failed',
  no_image: 'failed',
  malformed_function_call: 'failed',
  malformed_response: 'failed',
  unexpected_tool_call: 'failed',
  too_many_tool_calls: 'failed',
  missing_thought_signature: 'failed',
  finish_reason_unspecified: 'unfinished',
};

/** Whether a value has the candidates of a response, or the reason why its prompt got none. */
export function isResponse(value: unknown): boolean {
  return Array.isArray(field(value, 'candidates')) || blockReasonOf(value) !== undefined || isBare(value);
}

/** The client makes a response without members of an error that came with a status of success. */
function isBare(value: unknown): boolean {
  return field(value, 'sdkHttpResponse') !== undefined && Object.keys(value as object).length === 1;
}

function blockReasonOf(response: unknown): string | undefined {
  const feedback = either(response, 'promptFeedback', 'prompt_feedback');
  return textField(feedback, 'blockReason') ?? textField(feedback, 'block_reason');
}

/** Reads what a response says, or a chunk of its stream, which has the same shape. */
export function readResponse(draft: AnswerDraft, response: unknown): void {
  draft.model = modelOfResponse(response) ?? draft.model;
  draft.id = textField(response, 'responseId') ?? textField(response, 'response_id') ?? draft.id;
  if (isBare(response))
    draft.failure = { code: 'bad_response', message: undefined, status: undefined, error: response };
  const blocked = blockReasonOf(response);
  if (blocked !== undefined) {
    const choice = draft.choice(0);
    choice.finish = 'filtered';
    choice.finishReason = blocked.toLowerCase();
  }
  listOf(field(response, 'candidates')).forEach((candidate, position) => {
    readCandidate(draft.choice(field(candidate, 'index') ?? position), candidate);
  });
}

function readCandidate(choice: ChoiceDraft, candidate: unknown): void {
  for (const part of listOf(field(field(candidate, 'content'), 'parts'))) readPart(choice, part);
  finish(choice, either(candidate, 'finishReason', 'finish_reason'), FINISH_REASONS);
  if (choice.finish === 'complete' && choice.hasToolCalls) choice.finish = 'tools'; // the API has no word for it
}

/** What a part holds beside text that is an answer too. Code that the provider runs is one with its result. */
const CONTENT = [
  ['inlineData', 'inline_data'],
  ['fileData', 'file_data'],
  ['codeExecutionResult', 'code_execution_result'],
] as const;

export function readPart(choice: ChoiceDraft, part: unknown): void {
  if (field(part, 'thought') === true) return;
  const text = field(part, 'text');
  if (typeof text === 'string') {
    say(choice, text);
    return;
  }
  choice.hasToolCalls ||= isPresent(either(part, 'functionCall', 'function_call'));
  choice.hasContent ||= CONTENT.some(([camel, snake]) => isPresent(either(part, camel, snake)));
}
