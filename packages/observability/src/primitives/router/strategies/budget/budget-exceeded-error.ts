import type { RouterRefusalReason } from '../../facts.ts';

/** Thrown instead of calling a route that the budget does not allow. */
export class BudgetExceededError extends Error {
  override readonly name = 'BudgetExceededError';
  readonly code = 'ERR_TTA_BUDGET_EXCEEDED';
  /** Another attempt in the same request would be refused as well. */
  readonly retryable = false;
  /** `budget_unpriced` if no route has a known price, and nothing could be reserved. */
  readonly reason: Extract<RouterRefusalReason, `budget_${string}`>;
  readonly limitUsd: number;
  readonly windowMs: number;
  /** Milliseconds until the next window begins. */
  readonly retryAfterMs: number;

  constructor(reason: BudgetExceededError['reason'], limitUsd: number, windowMs: number, retryAfterMs: number) {
    super(
      reason === 'budget_unpriced'
        ? 'byBudget: no route has a price that is known; give each a model or a price'
        : `byBudget: no route fits into what is left of $${limitUsd} for ${windowMs} ms; the next window begins in ${Math.ceil(retryAfterMs)} ms`,
    );
    this.reason = reason;
    this.limitUsd = limitUsd;
    this.windowMs = windowMs;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Whether an error says that a budget is spent, also one from another copy of this package. */
export function isBudgetExceededError(error: unknown): error is BudgetExceededError {
  return error instanceof Error && (error as Partial<BudgetExceededError>).code === 'ERR_TTA_BUDGET_EXCEEDED';
}
