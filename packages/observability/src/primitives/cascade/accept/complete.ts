import { checkNoUnknown } from 'tta-dev-primitives/internal';
import type { FinishKind } from '../../../llm/dialects/answer-reading.ts';
import type { Acceptance } from './acceptance.ts';

export interface AcceptCompleteOptions {
  /** How a refusal begins. @defaultValue phrases of English, in the first 200 characters */
  readonly refusals?: RegExp | undefined;
}

/** What models say instead of an answer; apologies within an answer come later. */
const REFUSALS =
  /^\W*(?:(?:i['’]?m|i am) (?:sorry|afraid|unable)|sorry,|apologies\b|as an ai\b|unfortunately, i (?:can|am|do)|i (?:can(?:no|['’])t|cannot|am not able to|do not have (?:access|enough)|don['’]t (?:know|have (?:access|enough))))/iu;

const REFUSAL_LENGTH = 200;

/** Finishes of answers that are incomplete or not an answer. */
const INCOMPLETE: ReadonlySet<FinishKind> = new Set<FinishKind>(['cut', 'filtered', 'failed', 'unfinished']);

/**
 * Accepts an answer that a model has finished: not cut short, not filtered, not empty, and no refusal. Any other output
 * is accepted unless it is missing or an empty text.
 *
 * Refusals in the text are recognised by their first words, in English. A refusal in a separate field is recognised in
 * any language.
 */
export function acceptComplete<I, O>(options: AcceptCompleteOptions = {}): Acceptance<I, O> {
  checkNoUnknown('acceptComplete', options, { refusals: true });
  const { refusals = REFUSALS } = options;
  if (!(refusals instanceof RegExp)) throw new TypeError('acceptComplete: refusals must be a regular expression');
  return ({ output, text, completion }) => {
    if (output === undefined || output === null) return 'empty';
    const isIncomplete = completion?.hasError === true || completion?.finish.some((kind) => INCOMPLETE.has(kind));
    if (isIncomplete === true) return 'incomplete';
    if (completion?.hasRefusal === true) return 'refusal';
    if (completion?.isEmpty === true || text?.trim() === '') return 'empty';
    return matches(refusals, text?.trimStart().slice(0, REFUSAL_LENGTH) ?? '') ? 'refusal' : true;
  };
}

/** Without the memory that a global expression keeps between two texts. */
export function matches(expression: RegExp, text: string): boolean {
  expression.lastIndex = 0;
  return expression.test(text);
}
