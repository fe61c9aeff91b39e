import { checkBoolean, checkNoUnknown } from 'tta-dev-primitives/internal';
import { checkArithmetic } from '../../../learning/arithmetic.ts';
import type { Acceptance } from './acceptance.ts';

export interface AcceptArithmeticOptions {
  /** Whether an answer must calculate something to be accepted. @defaultValue false */
  readonly isRequired?: boolean | undefined;
}

/**
 * Accepts an answer whose own arithmetic is right: every equation of numbers in its text is calculated again, up to the rounding that
 * the stated result allows.
 *
 * An answer that calculates wrongly is wrong; one that calculates rightly need not be right.
 *
 * @throws TypeError naming the option if an option is wrong
 */
export function acceptArithmetic<I, O>(options: AcceptArithmeticOptions = {}): Acceptance<I, O> {
  checkNoUnknown('acceptArithmetic', options, { isRequired: true });
  const { isRequired = false } = options;
  checkBoolean('acceptArithmetic', 'isRequired', isRequired);
  return ({ text }) => {
    const { equations, wrong } = checkArithmetic(text ?? '');
    return wrong > 0 || (isRequired && equations === 0) ? 'arithmetic' : true;
  };
}
