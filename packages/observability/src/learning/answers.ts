import { comparableForms } from './answer/comparable.ts';

const IGNORED = /[\s$,"'\\“”‘’`]/gu;

/**
 * Whether two answers are certain to say the same, compared by what they are:
 *
 * - JSON, alone or in a `json` fence: by value, with members in any order, texts as they are, and numbers by their exact value.
 * - Numbers: by exact value and unit. `1,234.0` = `1234`, `1/2` = `0.5` = `50 %`, `1 km` = `1000 m`; a unit must not be missing from one
 *   of them, `$` excepted.
 * - Dates and times of day: by calendar and clock. `March 5, 2024` = `2024-03-05`; `03/05/2024` may be two dates, so it agrees with none.
 * - Labels and sentences: in lower case, with one space for any white space, without quotation marks around them and a full stop at
 *   the end.
 *
 * What cannot be compared does not agree, not even with itself: a missing answer, code, a formula, broken JSON.
 */
export function answersAgree(one: unknown, other: unknown): boolean {
  const forms = comparableForms(one);
  return forms.length > 0 && comparableForms(other).some((form) => forms.includes(form));
}

/**
 * An answer without white space, `$`, commas, quotation marks, backslashes, and a trailing `.0`, in lower case: what a verifier measures
 * the length of. Undefined when nothing is left: a missing answer. To compare answers, use {@link answersAgree}.
 */
export function normalAnswer(answer: unknown): string | undefined {
  if (typeof answer !== 'string' && typeof answer !== 'number') return undefined;
  const text = String(answer).toLowerCase().replaceAll(IGNORED, '').replace(/\.0+$/, '');
  return text === '' ? undefined : text;
}
