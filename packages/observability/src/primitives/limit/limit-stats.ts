import type { LimitKind, LimitUse } from '../../limits/limit-store.ts';
import type { LimitOutcome } from './facts.ts';

/** What a limit has counted since it was made, over all keys. */
export interface LimitStats {
  readonly operation: string;
  /** Executions with a decision: `allowed + refused + cancelled`. */
  readonly total: number;
  readonly allowed: number;
  readonly refused: number;
  /** Executions that their caller left before the decision. */
  readonly cancelled: number;
  /** Refusals by the limit that refused; they sum to `refused`. */
  readonly refusedBy: Readonly<Record<LimitKind, number>>;
  /** Decisions of the local share, while a shared store could not be used. */
  readonly local: number;
  /** Executions that were let through and have not ended. */
  readonly running: number;
  /** Tokens that count for executions that have ended. */
  readonly tokens: number;
  /** US dollars that count for executions that have ended. */
  readonly costUsd: number;
  /** Executions whose cost is unknown. They count with what was expected. */
  readonly unpriced: number;
}

/** Counts for one limit. */
export class LimitCounts {
  readonly #outcomes: Record<LimitOutcome, number> = { allowed: 0, refused: 0, cancelled: 0 };
  readonly #refusedBy: Record<LimitKind, number> = { requests: 0, tokens: 0, concurrent: 0, budget: 0 };
  #local = 0;
  #running = 0;
  #tokens = 0;
  #costUsd = 0;
  #unpriced = 0;

  allowed(isLocal: boolean): void {
    this.#outcomes.allowed += 1;
    this.#running += 1;
    if (isLocal) this.#local += 1;
  }

  refused(limit: LimitKind, isLocal: boolean): void {
    this.#outcomes.refused += 1;
    this.#refusedBy[limit] += 1;
    if (isLocal) this.#local += 1;
  }

  cancelled(): void {
    this.#outcomes.cancelled += 1;
  }

  ended({ tokens, costUsd }: LimitUse, isUnpriced: boolean): void {
    this.#running -= 1;
    this.#tokens += tokens;
    this.#costUsd += costUsd;
    if (isUnpriced) this.#unpriced += 1;
  }

  snapshot(operation: string): LimitStats {
    const { allowed, refused, cancelled } = this.#outcomes;
    return {
      operation,
      total: allowed + refused + cancelled,
      allowed,
      refused,
      cancelled,
      refusedBy: { ...this.#refusedBy },
      local: this.#local,
      running: this.#running,
      tokens: this.#tokens,
      costUsd: this.#costUsd,
      unpriced: this.#unpriced,
    };
  }
}
