import { field, textField } from '../../fields.ts';
import { type AnswerDraft, draftReader } from '../answer-draft.ts';
import type { StreamReader } from '../dialect.ts';
import { eitherField, eitherText } from '../spelling.ts';
import { endChoice, readMessage, readWhole } from './answer.ts';
import { cohereUsage } from './usage.ts';

/** Events of the second version, by whether they bring the answer forward. */
const EVENTS: ReadonlyMap<unknown, boolean> = new Map(
  Object.entries({
    'message-start': false,
    'content-start': false,
    'content-delta': true,
    'content-end': true,
    'tool-plan-delta': true,
    'tool-call-start': true,
    'tool-call-delta': true,
    'tool-call-end': true,
    'citation-start': true,
    'citation-end': true,
    'message-end': true,
  }),
);

/** The same of the first version. */
const FIRST_VERSION_EVENTS: ReadonlyMap<unknown, boolean> = new Map(
  Object.entries({
    'stream-start': false,
    'search-queries-generation': true,
    'search-results': true,
    'text-generation': true,
    'citation-generation': true,
    'tool-calls-chunk': true,
    'tool-calls-generation': true,
    'stream-end': true,
    'stream-error': true,
  }),
);

export function isCohereChunk(event: unknown): boolean {
  return isProgressOf(event) !== undefined;
}

export function isCohereProgress(event: unknown): boolean {
  return isProgressOf(event) ?? false;
}

function isProgressOf(event: unknown): boolean | undefined {
  return EVENTS.get(field(event, 'type')) ?? FIRST_VERSION_EVENTS.get(eitherField(event, 'eventType'));
}

export const cohereReader: () => StreamReader = draftReader('cohere', (draft) => ({
  add(event) {
    if (eitherField(event, 'eventType') === undefined) readSecondVersion(draft, event);
    else readFirstVersion(draft, event);
  },
}));

function readSecondVersion(draft: AnswerDraft, event: unknown): void {
  const delta = field(event, 'delta');
  draft.id ??= textField(event, 'id');
  readMessage(draft.choice(0), field(delta, 'message'));
  if (field(event, 'type') !== 'message-end') return;
  draft.usage = cohereUsage(field(delta, 'usage'), false) ?? draft.usage;
  endChoice(draft, eitherField(delta, 'finishReason'), field(delta, 'error'));
}

function readFirstVersion(draft: AnswerDraft, event: unknown): void {
  const choice = draft.choice(0);
  draft.id ??= eitherText(event, 'generationId');
  switch (eitherField(event, 'eventType')) {
    case 'stream-end':
      choice.text = ''; // the last event repeats the whole answer
      readWhole(draft, field(event, 'response'));
      endChoice(draft, eitherField(event, 'finishReason'), field(event, 'error'));
      break;
    case 'stream-error':
      endChoice(draft, 'ERROR', field(event, 'err'));
      break;
    default:
      readWhole(draft, event);
  }
}
