import { numberOption, type OptionRules, readOptions } from '../../option-rules.ts';

export interface RetryBudgetOptions {
  /** How many retries each call earns: 0.2 lets one in five calls be retried in the long run. @defaultValue 0.2 */
  readonly ratio?: number | undefined;
  /** How many retries may be saved up, and how many there are at the start. @defaultValue 10 */
  readonly reserve?: number | undefined;
}

const RULES = {
  ratio: numberOption({ atLeast: 0, atMost: 1 }, 0.2),
  reserve: numberOption({ atLeast: 1 }, 10),
} satisfies OptionRules<RetryBudgetOptions>;

/** Ten deposits of 0.1 make a little less than 1 in binary; the tenth must still buy a retry. */
const ROUNDING = 1e-9;

/**
 * Limits the share of calls that are retried, across all retries that share the budget. Retries then cannot make an outage worse.
 *
 * @throws TypeError or RangeError naming the option if one is wrong
 * @see https://finagle.github.io/blog/2016/02/08/retry-budgets/
 * @example
 * ```ts
 * const budget = new RetryBudget({ ratio: 0.1 });
 * const chat = new RetryPrimitive(callModel, { budget });
 * ```
 */
export class RetryBudget {
  readonly #ratio: number;
  readonly #reserve: number;
  #saved: number;

  constructor(options: RetryBudgetOptions = {}) {
    const { ratio, reserve } = readOptions('RetryBudget', options, RULES);
    this.#ratio = ratio;
    this.#reserve = reserve;
    this.#saved = reserve;
  }

  /** Whole retries that could be made now. */
  get available(): number {
    return Math.floor(this.#saved + ROUNDING);
  }

  /** Earns a call's share. */
  deposit(): void {
    this.#saved = Math.min(this.#reserve, this.#saved + this.#ratio);
  }

  /** Takes one retry, if one is available. */
  withdraw(): boolean {
    if (this.available < 1) return false;
    this.#saved -= 1;
    return true;
  }
}
