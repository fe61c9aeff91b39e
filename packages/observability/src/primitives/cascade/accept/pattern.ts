import type { Acceptance } from './acceptance.ts';
import { matches } from './complete.ts';

/**
 * Accepts an answer whose text matches.
 *
 * @throws TypeError if `expression` is no regular expression
 * @example
 * ```ts
 * acceptPattern(/^(?:positive|negative|neutral)$/u);
 * ```
 */
export function acceptPattern<I, O>(expression: RegExp): Acceptance<I, O> {
  if (!(expression instanceof RegExp)) throw new TypeError('acceptPattern: expression must be a regular expression');
  return ({ text }) => (text !== undefined && matches(expression, text) ? true : 'pattern');
}
