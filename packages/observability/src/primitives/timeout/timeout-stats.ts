import type { TimeoutOutcome } from './facts.ts';

/** What a timeout has counted since it was made. */
export interface TimeoutStats {
  readonly operation: string;
  /** Executions with an outcome: successes + errors + failures + cancelled. One that is running has none yet. */
  readonly total: number;
  /** Answers the caller got from the step, late ones included. */
  readonly successes: number;
  /** Answers that came after the soft deadline and were accepted. */
  readonly lateSuccesses: number;
  /** Executions that ended with an error of the step's own. */
  readonly errors: number;
  /** Executions that ended with a timeout. */
  readonly failures: number;
  /** Executions that the caller, or a timeout further out, gave up. */
  readonly cancelled: number;
  /** Results that came after the caller had been answered, and were dropped. */
  readonly discarded: number;
  /** Work that was given up and has not settled yet. */
  readonly abandoned: number;
  /** `failures / (total - cancelled)`, from 0 to 1; 0 when there is nothing to divide. */
  readonly timeoutRate: number;
  /**
   * Mean time to the outcome, in milliseconds, over the executions that were not cancelled (those of `timeoutRate`). 0 without
   * executions. With `stream` limits, a stream counts to its end. A fallback does not count.
   */
  readonly averageMs: number;
  /** The soft deadline; `Infinity` for none, `'dynamic'` when a function decides. */
  readonly timeoutMs: number | 'dynamic';
  readonly graceMs: number;
}

/** The counters of one timeout. */
export class TimeoutCounts {
  readonly #outcomes: Record<TimeoutOutcome, number> = {
    success: 0,
    late_success: 0,
    error: 0,
    timeout: 0,
    cancelled: 0,
  };
  #spentMs = 0;
  #usedLimits = 0;
  #unusedLimits = 0;
  #discarded = 0;
  #abandoned = 0;

  /** Counts the one outcome of an execution that took so long. */
  count(outcome: TimeoutOutcome, elapsedMs: number): void {
    this.#outcomes[outcome] += 1;
    if (outcome !== 'cancelled') this.#spentMs += elapsedMs;
  }

  /** Counts an answer by whether the stream limits, if set, apply to it. */
  countLimits(areUsed: boolean): void {
    if (areUsed) this.#usedLimits += 1;
    else this.#unusedLimits += 1;
  }

  /** Whether there were answers, and stream limits applied to none of them. */
  get areLimitsUnused(): boolean {
    return this.#unusedLimits > 0 && this.#usedLimits === 0;
  }

  /** Counts work that was given up, until {@link settleAbandoned}. */
  abandon(): void {
    this.#abandoned += 1;
  }

  settleAbandoned(): void {
    this.#abandoned -= 1;
    this.#discarded += 1;
  }

  read(): Omit<TimeoutStats, 'operation' | 'timeoutMs' | 'graceMs'> {
    const { success, late_success, error, timeout, cancelled } = this.#outcomes;
    const judged = success + late_success + error + timeout;
    return {
      total: judged + cancelled,
      successes: success + late_success,
      lateSuccesses: late_success,
      errors: error,
      failures: timeout,
      cancelled,
      discarded: this.#discarded,
      abandoned: this.#abandoned,
      timeoutRate: judged === 0 ? 0 : timeout / judged,
      averageMs: judged === 0 ? 0 : this.#spentMs / judged,
    };
  }
}
