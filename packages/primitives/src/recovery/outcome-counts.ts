/** How the executions of a primitive ended. */
export interface OutcomeStats<Outcome extends string> {
  readonly operation: string;
  /** Executions that have ended: the sum of all outcomes. */
  readonly total: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
}

/** Counts the outcomes of one primitive. */
export class OutcomeCounts<Outcome extends string> {
  readonly #operation: string;
  readonly #outcomes: Record<Outcome, number>;
  #total = 0;

  /** @param zeros - every outcome with 0 */
  constructor(operation: string, zeros: Readonly<Record<Outcome, 0>>) {
    this.#operation = operation;
    this.#outcomes = { ...zeros };
  }

  add(outcome: Outcome): void {
    this.#outcomes[outcome] += 1;
    this.#total += 1;
  }

  snapshot(): OutcomeStats<Outcome> {
    return { operation: this.#operation, total: this.#total, outcomes: { ...this.#outcomes } };
  }
}
