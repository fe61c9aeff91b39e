import { checkBoolean, checkNoUnknown } from 'tta-dev-primitives/internal';
import { checkArithmetic } from '../../../learning/arithmetic.ts';
import type { Acceptance } from './acceptance.ts';

export interface AcceptArithmeticOptions {
  /** Whether an answer must calculate something to be accepted. @defaultValue false */
  readonly isRequired?: boolean | undefined;
}

/**
 * Accepts an answer whose arithmetic is correct. Recalculates every equation of numbers in its text, and allows for the
 * rounding of the stated result.
 *
 * An answer with wrong arithmetic is wrong. An answer with correct arithmetic can still be wrong.
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
