import { Headroom } from '../llm/estimate/headroom.ts';

/** What a request holds of a budget while it runs. */
export interface BudgetReservation {
  /** Gives back what was reserved and takes what was spent; does nothing the second time. */
  settle(spentUsd: number): void;
}

/** Sums of money are rounded: ten times 0.1 is less than 1, and three times 0.1 is more than 0.3. */
const ROUNDING = 1e-12;

/** One budget during one window of time. */
export class BudgetWindow {
  readonly index: number;
  /** How far its requests went beyond what they were expected to cost. */
  readonly headroom: Headroom = new Headroom();
  readonly #limitUsd: number;
  #spentUsd = 0;
  #reservedUsd = 0;
  #running = 0;

  constructor(index: number, limitUsd: number) {
    this.index = index;
    this.#limitUsd = limitUsd;
  }

  get spentUsd(): number {
    return this.#spentUsd;
  }

  /** The most that running requests can cost; exactly 0 without running requests. */
  get reservedUsd(): number {
    return this.#reservedUsd;
  }

  /**
   * Whether a request fits: with what it may cost at most, beside what the running ones may, or with its plain estimate while it is
   * alone. So the sum goes over the limit by the error of one estimate at most, for as long as no request costs more than its most.
   */
  fits(estimatedUsd: number, mostUsd: number, limitUsd: number = this.#limitUsd): boolean {
    const roundedUsd = limitUsd * (1 + ROUNDING);
    if (this.#running === 0 && this.#spentUsd + estimatedUsd <= roundedUsd) return true;
    return this.#spentUsd + this.#reservedUsd + mostUsd <= roundedUsd;
  }

  reserve(mostUsd: number): BudgetReservation {
    this.#reservedUsd += mostUsd;
    this.#running += 1;
    let isSettled = false;
    return {
      settle: (spentUsd) => {
        if (isSettled) return;
        isSettled = true;
        this.#running -= 1;
        this.#reservedUsd = this.#running === 0 ? 0 : Math.max(0, this.#reservedUsd - mostUsd); // rounding adds up to nothing
        this.#spentUsd += spentUsd;
      },
    };
  }
}
