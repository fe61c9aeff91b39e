import { field, hasItems, isObject, listOf, textField } from '../../fields.ts';
import { AnswerDraft, refuse, say } from '../answer-draft.ts';
import type { StreamReader } from '../dialect.ts';
import { statedFailure } from '../stated-failure.ts';
import { readInto, readItem } from './answer.ts';

/** Events that hold the response as it ended. */
const FINAL: ReadonlySet<unknown> = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.cancelled',
  'response.done', // Realtime API
]);

/** Events that come before the model begins. */
const BEFORE: ReadonlySet<unknown> = new Set(['response.created', 'response.queued', 'response.in_progress']);

export function isResponseEvent(value: unknown): boolean {
  const type = field(value, 'type');
  return typeof type === 'string' && type.startsWith('response.');
}

export function isFinalEvent(event: unknown): boolean {
  return FINAL.has(field(event, 'type'));
}

/** Whether an event brings the answer forward. */
export function isProgress(event: unknown): boolean {
  return isResponseEvent(event) && !BEFORE.has(field(event, 'type'));
}

/** Reads the events of a stream; once the response has ended, the response itself. */
export function responseReader(): StreamReader {
  const items: unknown[] = [];
  let model: string | undefined;
  let id: string | undefined;
  let text = '';
  let hasRefusal = false;
  let final: unknown;
  let isOneAnswer = true;
  let failure: AnswerDraft['failure'];
  return {
    add(event) {
      const type = field(event, 'type');
      const response = field(event, 'response');
      if (type === 'response.output_text.delta') text += textField(event, 'delta') ?? '';
      else if (type === 'response.output_item.done') items.push(field(event, 'item'));
      else if (type === 'response.refusal.delta' || type === 'response.refusal.done') hasRefusal = true;
      else if (FINAL.has(type)) {
        isOneAnswer &&= final === undefined || field(final, 'id') === field(response, 'id');
        final = response;
      } else if (BEFORE.has(type)) {
        model ??= textField(response, 'model');
        id ??= textField(response, 'id');
      } else if (!isResponseEvent(event) || type === 'response.error') failure ??= statedFailure(event);
    },
    reading() {
      const draft = new AnswerDraft('openai_responses');
      Object.assign(draft, { model, id, failure });
      if (isObject(final)) {
        readInto(draft, final, hasItems(final, 'output') ? listOf(field(final, 'output')) : items);
        if (!isOneAnswer) draft.usage = undefined;
        return draft.close();
      }
      const choice = draft.choice(0); // a stream that says no more than this has not ended
      for (const item of items) readItem(item, choice, draft);
      choice.text = '';
      say(choice, text);
      if (hasRefusal) refuse(choice);
      return draft.close();
    },
  };
}
