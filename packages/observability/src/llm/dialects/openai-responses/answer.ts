import { field, listOf, textField } from '../../fields.ts';
import { AnswerDraft, type ChoiceDraft, say } from '../answer-draft.ts';
import type { AnswerReading, FinishKind } from '../answer-reading.ts';
import { serviceTierIn } from '../openai-usage/service-tier.ts';
import { StatedUsage } from '../openai-usage/usage.ts';
import { statedFailure } from '../stated-failure.ts';
import { readItem } from './items.ts';
import { toolUseOf } from './tools.ts';

/** Whether a value is a whole response, of the Responses API or of the Realtime API. */
export function isResponse(value: unknown): boolean {
  const object = field(value, 'object');
  return object === 'response' || object === 'realtime.response';
}

export function readResponse(value: unknown): AnswerReading {
  const draft = new AnswerDraft('openai_responses');
  readInto(draft, value, listOf(field(value, 'output')));
  return draft.close();
}

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
  draft.keepsServerState ||=
    field(response, 'background') === true || (field(response, 'conversation') ?? null) !== null;
  readEnd(response, choice, draft);
  const usage = new StatedUsage();
  usage.add(field(response, 'usage'));
  const serviceTier = serviceTierIn(response);
  draft.usage = usage.usage({ model: draft.model, serviceTier, ...toolUseOf(response, output) });
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
      choice.finish = incompleteKind(reason);
      choice.finishReason = reason;
      break;
    case 'failed':
    case 'cancelled':
      choice.finish = 'failed';
      choice.finishReason = reason;
      draft.failure ??= statedFailure(response) ?? statedFailure(details) ?? failureOfStatus(status, response);
      break;
    default:
      choice.finish = 'unfinished';
  }
  draft.failure ??= statedFailure(response);
}

function failureOfStatus(status: string, response: unknown): AnswerDraft['failure'] {
  return { code: status, message: undefined, status: undefined, error: response };
}

function incompleteKind(reason: string | undefined): FinishKind {
  if (reason === undefined) return 'unfinished';
  return reason === 'content_filter' ? 'filtered' : 'cut';
}
