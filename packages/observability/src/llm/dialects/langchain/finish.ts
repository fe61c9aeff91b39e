import { field, textField } from '../../fields.ts';
import { type AnswerDraft, type ChoiceDraft, finish } from '../answer-draft.ts';
import type { AnswerReading } from '../answer-reading.ts';
import { CHAT_FINISHES } from '../openai-chat/finishes.ts';

/** Models hand on the words of their providers, of the Responses API too. */
const FINISHES = { ...CHAT_FINISHES, completed: 'complete', failed: 'failed', cancelled: 'failed' } as const;

const NAMES = ['finish_reason', 'finishReason', 'stop_reason', 'stopReason', 'done_reason'] as const;

/** Notes why an answer ended, from its metadata or from what LangChain keeps beside it. */
export function endWith(draft: AnswerDraft, choice: ChoiceDraft, ...places: readonly unknown[]): void {
  for (const place of places) {
    const reason = reasonIn(place);
    if (reason === undefined) continue;
    finish(choice, reason, FINISHES);
    if (choice.finish === 'failed')
      draft.failure ??= { code: choice.finishReason, message: undefined, status: undefined, error: place };
    choice.hasRefusal ||= choice.finishReason === 'refusal';
    choice.hasContent ||= choice.hasRefusal;
    return;
  }
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
