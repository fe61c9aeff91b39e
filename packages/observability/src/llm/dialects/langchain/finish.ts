import { field, textField } from '../../fields.ts';
import { type AnswerDraft, type ChoiceDraft, finish, refuse } from '../answer-draft.ts';
import type { AnswerReading } from '../answer-reading.ts';
import { failedWith } from '../stated-failure.ts';

const NAMES = ['finish_reason', 'finishReason', 'stop_reason', 'stopReason', 'done_reason'] as const;

/** Notes why an answer ended, from its metadata or from what LangChain keeps beside it. */
export function endWith(draft: AnswerDraft, choice: ChoiceDraft, ...places: readonly unknown[]): void {
  const place = places.find((place) => reasonIn(place) !== undefined);
  if (place === undefined) return;
  finish(choice, reasonIn(place));
  if (choice.finish === 'failed') draft.failure ??= failedWith(place, { code: choice.finishReason });
  if (choice.finishReason === 'refusal') refuse(choice);
}

function reasonIn(place: unknown): string | undefined {
  const told = NAMES.map((name) => textField(place, name)).find((reason) => reason !== undefined);
  const inEvent = told ?? textField(field(place, 'messageStop'), 'stopReason'); // Bedrock
  if (inEvent !== undefined) return inEvent;
  const status = textField(place, 'status');
  return status === 'incomplete' ? textField(field(place, 'incomplete_details'), 'reason') : status;
}

/** The reading of an answer that need not say how it ended, so a choice that does not say it may be whole. */
export function withUnknownEnds(reading: AnswerReading): AnswerReading {
  const finish = reading.finish.map((kind, choice) => (reading.finishReasons[choice] === undefined ? 'unknown' : kind));
  return { ...reading, finish };
}
