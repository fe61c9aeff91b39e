import { field, textField } from '../../fields.ts';
import { type AnswerDraft, type ChoiceDraft, finish } from '../answer-draft.ts';
import type { FinishKind, StatedFailure } from '../answer-reading.ts';

/** The SDK's words for why an answer ended. It says `other` of a stream that ended without saying why. */
const FINISHES: Readonly<Record<string, FinishKind>> = {
  stop: 'complete',
  tool_calls: 'tools',
  length: 'cut',
  content_filter: 'filtered',
  error: 'failed',
  interrupted: 'unfinished',
};

const NO_REASON: ReadonlySet<unknown> = new Set(['other', 'unknown', '']);

/** Notes why an answer ended; the reason is a word, or the SDK's word beside the provider's own. */
export function endWith(draft: AnswerDraft, choice: ChoiceDraft, reason: unknown): void {
  const word = typeof reason === 'string' ? reason : textField(reason, 'unified');
  if (word === undefined || NO_REASON.has(word)) return;
  finish(choice, word.replaceAll('-', '_'), FINISHES);
  if (choice.finish === 'failed')
    draft.failure ??= { code: 'error', message: undefined, status: undefined, error: reason };
}

/** The failure in an error part, which holds an error or a plain object, with the provider's body in `data`. */
export function failureOfPart(error: unknown): StatedFailure {
  const told = field(field(error, 'data'), 'error');
  const words = [field(told, 'type'), field(told, 'code'), field(error, 'type'), field(error, 'code')];
  const code = words.find((word): word is string => typeof word === 'string' && word !== '' && word !== 'error');
  const status = [field(error, 'statusCode'), field(error, 'status'), field(told, 'code')].map(Number);
  return {
    code: code?.toLowerCase(),
    message: typeof error === 'string' ? error : (textField(error, 'message') ?? textField(told, 'message')),
    status: status.find((number) => Number.isInteger(number) && number >= 400 && number <= 599),
    error,
  };
}
