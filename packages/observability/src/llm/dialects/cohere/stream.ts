import { field, textField } from '../../fields.ts';
import { AnswerDraft } from '../answer-draft.ts';
import type { StreamReader } from '../dialect.ts';
import { endChoice, readMessage, readWhole } from './answer.ts';
import { spelled, spelledText } from './spelling.ts';
import { cohereUsage } from './usage.ts';

/** Events of the second version, by whether they bring the answer forward. */
const EVENTS: Readonly<Record<string, boolean>> = {
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
};

/** The same of the first version. */
const FIRST_VERSION_EVENTS: Readonly<Record<string, boolean>> = {
  'stream-start': false,
  'search-queries-generation': true,
  'search-results': true,
  'text-generation': true,
  'citation-generation': true,
  'tool-calls-chunk': true,
  'tool-calls-generation': true,
  'stream-end': true,
  'stream-error': true,
};

export function isCohereChunk(event: unknown): boolean {
  return isProgressOf(event) !== undefined;
}

export function isCohereProgress(event: unknown): boolean {
  return isProgressOf(event) ?? false;
}

function isProgressOf(event: unknown): boolean | undefined {
  const type = textField(event, 'type');
  if (type !== undefined && Object.hasOwn(EVENTS, type)) return EVENTS[type];
  const first = spelled(event, 'event_type', 'eventType');
  return typeof first === 'string' && Object.hasOwn(FIRST_VERSION_EVENTS, first)
    ? FIRST_VERSION_EVENTS[first]
    : undefined;
}

export function cohereReader(): StreamReader {
  const draft = new AnswerDraft('cohere');
  return { add: (event) => readEvent(draft, event), reading: () => draft.close() };
}

function readEvent(draft: AnswerDraft, event: unknown): void {
  if (spelled(event, 'event_type', 'eventType') !== undefined) readFirstVersion(draft, event);
  else readSecondVersion(draft, event);
}

function readSecondVersion(draft: AnswerDraft, event: unknown): void {
  const type = field(event, 'type');
  const delta = field(event, 'delta');
  draft.id ??= textField(event, 'id');
  readMessage(draft.choice(0), field(delta, 'message'));
  if (type !== 'message-end') return;
  draft.usage = cohereUsage(field(delta, 'usage'), false) ?? draft.usage;
  endChoice(draft, spelled(delta, 'finish_reason', 'finishReason'), field(delta, 'error'));
}

function readFirstVersion(draft: AnswerDraft, event: unknown): void {
  const choice = draft.choice(0);
  draft.id ??= spelledText(event, 'generation_id', 'generationId');
  switch (spelled(event, 'event_type', 'eventType')) {
    case 'stream-end':
      choice.text = ''; // the last event repeats the whole answer
      readWhole(draft, field(event, 'response'));
      endChoice(draft, spelled(event, 'finish_reason', 'finishReason'), field(event, 'error'));
      break;
    case 'stream-error':
      endChoice(draft, 'ERROR', field(event, 'err'));
      break;
    default:
      readWhole(draft, event);
  }
}
