import type { WorkflowContext } from 'tta-dev-primitives';
import { checkFunction, checkNoUnknown, checkNumber } from 'tta-dev-primitives/internal';
import type { Acceptance } from './acceptance.ts';

export interface AcceptNumberOptions {
  /** How far the answer may be from what is expected. @defaultValue 1e-9 */
  readonly tolerance?: number | undefined;
}

/** A number as people write it: with a sign where it follows no digit, with commas between thousands, with an exponent. */
const NUMBER = /(?:(?<!\d)[-−])?(?:(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|(?<!\d)\.\d+)(?:e[-+]?\d+)?/giu;

/**
 * Accepts an answer whose last number is the expected one. Use it if the request determines that number: a checksum, a
 * sum of columns, a count that can be recomputed.
 *
 * @param expected - the number for a request; undefined if it is unknown, and then any number is accepted
 * @throws TypeError or RangeError naming the option if an option is wrong
 * @example
 * ```ts
 * acceptNumber((invoice: Invoice) => invoice.lines.reduce((sum, { usd }) => sum + usd, 0), { tolerance: 0.005 });
 * ```
 */
export function acceptNumber<I, O>(
  expected: (input: I, context: WorkflowContext) => number | undefined | PromiseLike<number | undefined>,
  options: AcceptNumberOptions = {},
): Acceptance<I, O> {
  checkNoUnknown('acceptNumber', options, { tolerance: true });
  const { tolerance = 1e-9 } = options;
  checkFunction('acceptNumber', 'expected', expected);
  checkNumber('acceptNumber', 'tolerance', tolerance, { atLeast: 0 });
  return async ({ text, input, context }) => {
    const given = lastNumberIn(text ?? '');
    if (given === undefined) return 'number';
    const wanted = await expected(input, context);
    return wanted === undefined || Math.abs(given - wanted) <= tolerance ? true : 'number';
  };
}

/** The last number in a text, because models put their result there. Undefined without a number. */
export function lastNumberIn(text: string): number | undefined {
  const last = text.match(NUMBER)?.at(-1);
  return last === undefined ? undefined : Number(last.replaceAll(',', '').replace('−', '-'));
}
