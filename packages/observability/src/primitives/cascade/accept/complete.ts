import { checkNoUnknown } from 'tta-dev-primitives';
import type { Acceptance } from './acceptance.ts';

export interface AcceptCompleteOptions {
  /** How a refusal begins. @defaultValue phrases of English, in the first 200 characters */
  readonly refusals?: RegExp | undefined;
}

/** What models say instead of an answer; apologies within an answer come later. */
const REFUSALS =
  /^\W*(?:(?:i['’]?m|i am) (?:sorry|afraid|unable)|sorry,|apologies\b|as an ai\b|unfortunately, i (?:can|am|do)|i (?:can(?:no|['’])t|cannot|am not able to|do not have (?:access|enough)|don['’]t (?:know|have (?:access|enough))))/iu;

const REFUSAL_LENGTH = 200;

const CUT_SHORT: ReadonlySet<string> = new Set([
  'length',
  'max_tokens',
  'max_output_tokens',
  'content_filter',
  'error',
  'safety',
  'recitation',
  'blocklist',
  'prohibited_content',
  'spii',
  'malformed_function_call',
]);

/**
 * Accepts an answer that a model has finished: not cut short, not filtered, not empty, and no refusal. An output that is no model's
 * answer must only be there, and not be an empty text.
 *
 * Refusals are known by how they begin, in English; a refusal that a model puts into a field of its own is known in any language.
 */
export function acceptComplete<I, O>(options: AcceptCompleteOptions = {}): Acceptance<I, O> {
  checkNoUnknown('acceptComplete', options, { refusals: true });
  const { refusals = REFUSALS } = options;
  if (!(refusals instanceof RegExp)) throw new TypeError('acceptComplete: refusals must be a regular expression');
  return ({ output, text, completion }) => {
    if (output === undefined || output === null) return 'empty';
    if (completion?.hasError === true) return 'incomplete';
    if (completion?.finishReasons.some((reason) => CUT_SHORT.has(reason?.toLowerCase() ?? 'length')) === true) {
      return 'incomplete';
    }
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
