import { field, textField } from '../../fields.ts';
import { type AnswerDraft, type ChoiceDraft, finish } from '../answer-draft.ts';
import type { StatedFailure } from '../answer-reading.ts';
import { codeAmong, failedWith, statusAmong } from '../stated-failure.ts';

/** What the SDK says of an answer whose reason it does not know, and of a stream that ended without a reason. */
const NO_REASON: ReadonlySet<unknown> = new Set(['other', 'unknown', '']);

/** Notes why an answer ended; the reason is a word, or the SDK's word beside the provider's own. */
export function endWith(draft: AnswerDraft, choice: ChoiceDraft, reason: unknown): void {
  const word = typeof reason === 'string' ? reason : textField(reason, 'unified');
  if (word === undefined || NO_REASON.has(word)) return;
  finish(choice, word.replaceAll('-', '_'));
  if (choice.finish === 'failed') draft.failure ??= failedWith(reason, { code: 'error' });
}

/** The failure in an error part, which holds an error or a plain object, with the provider's body in `data`. */
export function failureOfPart(error: unknown): StatedFailure {
  const told = field(field(error, 'data'), 'error');
  return failedWith(error, {
    code: codeAmong(field(told, 'type'), field(told, 'code'), field(error, 'type'), field(error, 'code')),
    message: typeof error === 'string' ? error : (textField(error, 'message') ?? textField(told, 'message')),
    status: statusAmong(field(error, 'statusCode'), field(error, 'status'), field(told, 'code')),
  });
}
