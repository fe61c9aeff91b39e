import { field, listOf, textField } from '../../fields.ts';
import { AnswerDraft, say } from '../answer-draft.ts';
import type { StreamReader } from '../dialect.ts';
import { statedFailure } from '../stated-failure.ts';
import { readInto } from './answer.ts';
import { readItem } from './items.ts';

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

const REFUSALS: ReadonlySet<unknown> = new Set(['response.refusal.delta', 'response.refusal.done']);

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

  const addFinal = (response: unknown): void => {
    isOneAnswer &&= final === undefined || field(final, 'id') === field(response, 'id');
    final = response;
  };
  return {
    add(event) {
      const type = field(event, 'type');
      if (type === 'response.output_text.delta') {
        const delta = field(event, 'delta');
        if (typeof delta === 'string') text += delta;
      } else if (type === 'response.output_item.done') items.push(field(event, 'item'));
      else if (REFUSALS.has(type)) hasRefusal = true;
      else if (FINAL.has(type)) addFinal(field(event, 'response'));
      else if (BEFORE.has(type)) {
        model ??= textField(field(event, 'response'), 'model');
        id ??= textField(field(event, 'response'), 'id');
      } else if (!isResponseEvent(event) || type === 'response.error') failure ??= statedFailure(event);
    },
    reading() {
      const draft = new AnswerDraft('openai_responses');
      Object.assign(draft, { model, id, failure });
      if (typeof final === 'object' && final !== null) {
        const output = listOf(field(final, 'output'));
        readInto(draft, final, output.length > 0 ? output : items);
        if (!isOneAnswer) draft.usage = undefined;
        return draft.close();
      }
      const choice = draft.choice(0); // a stream that says no more than this has not ended
      for (const item of items) readItem(item, choice, draft);
      choice.text = '';
      say(choice, text);
      choice.hasRefusal ||= hasRefusal;
      choice.hasContent ||= hasRefusal;
      return draft.close();
    },
  };
}
