import { field, isGiven, listOf, textField } from '../../fields.ts';
import { type AnswerDraft, type ChoiceDraft, draftOf, type ReadAnswer, refuse, say } from '../answer-draft.ts';
import { serviceTierIn, usageIn } from '../openai-usage/usage.ts';
import { failedWith, statedFailure } from '../stated-failure.ts';
import { toolUseOf } from './tools.ts';

/** Whether a value is a whole response, of the Responses API or of the Realtime API. */
export function isResponse(value: unknown): boolean {
  const object = field(value, 'object');
  return object === 'response' || object === 'realtime.response';
}

export const readResponse: ReadAnswer = draftOf('openai_responses', (draft, value) => {
  readInto(draft, value, listOf(field(value, 'output')));
});

/**
 * Reads a response that is over.
 *
 * @param output - its items, which some gateways leave out of the last event of a stream
 */
export function readInto(draft: AnswerDraft, response: unknown, output: readonly unknown[]): void {
  draft.model = textField(response, 'model') ?? draft.model;
  draft.id = textField(response, 'id') ?? draft.id;
  const choice = draft.choice(0);
  for (const item of output) readItem(item, choice, draft);
  if (output.length === 0) say(choice, field(response, 'output_text'));
  draft.keepsServerState ||= field(response, 'background') === true || isGiven(field(response, 'conversation'));
  readEnd(response, choice, draft);
  const serviceTier = serviceTierIn(response);
  draft.usage = usageIn(field(response, 'usage'), { model: draft.model, serviceTier, ...toolUseOf(response, output) });
}

function readEnd(response: unknown, choice: ChoiceDraft, draft: AnswerDraft): void {
  const details = field(response, 'incomplete_details') ?? field(response, 'status_details');
  const reason = textField(details, 'reason')?.toLowerCase();
  const status = field(response, 'status');
  switch (status) {
    case 'completed':
      choice.finish = choice.hasToolCalls ? 'tools' : 'complete';
      choice.finishReason = 'stop';
      break;
    case 'incomplete':
      choice.finish = reason === undefined ? 'unfinished' : reason === 'content_filter' ? 'filtered' : 'cut';
      choice.finishReason = reason;
      break;
    case 'failed':
    case 'cancelled':
      choice.finish = 'failed';
      choice.finishReason = reason;
      draft.failure ??= statedFailure(response) ?? statedFailure(details) ?? failedWith(response, { code: status });
      break;
    default:
      choice.finish = 'unfinished';
  }
  draft.failure ??= statedFailure(response);
}

/** Calls whose results are part of the answer, because the provider runs them and they change nothing. */
const RUN_BY_THE_PROVIDER: ReadonlySet<unknown> = new Set([
  'web_search_call',
  'file_search_call',
  'code_interpreter_call',
  'image_generation_call',
  'tool_search_call',
]);

/** Annotations of files that the provider keeps for a while. */
const FILES: ReadonlySet<unknown> = new Set(['container_file_citation', 'file_path']);

/** Reads an item of a response's output. */
export function readItem(item: unknown, choice: ChoiceDraft, draft: AnswerDraft): void {
  const type = textField(item, 'type') ?? '';
  choice.hasToolCalls ||= /_call$|_approval_request$/.test(type) && !RUN_BY_THE_PROVIDER.has(type);
  choice.hasContent ||= textField(item, 'result') !== undefined; // a made image
  if (type === 'message') for (const part of listOf(field(item, 'content'))) readPart(part, choice, draft);
}

function readPart(part: unknown, choice: ChoiceDraft, draft: AnswerDraft): void {
  say(choice, field(part, 'text'));
  choice.hasContent ||= (textField(part, 'transcript') ?? textField(part, 'audio')) !== undefined; // Realtime API
  if (textField(part, 'refusal') !== undefined) refuse(choice);
  const annotations = listOf(field(part, 'annotations'));
  draft.keepsServerState ||= annotations.some((annotation) => FILES.has(field(annotation, 'type')));
}
