import type { Clock } from 'tta-dev-primitives';
import { keyOfOperation } from '../../../../limits/bounded-key.ts';
import type { BudgetReservation, BudgetWindow } from '../../../../limits/budget-window.ts';
import type { LimitStore } from '../../../../limits/limit-store.ts';
import { whenKnown } from '../../strategy.ts';

/** The money that a request needs, in US dollars. */
export interface MoneyNeeded {
  readonly estimatedUsd: number;
  /** The most that it may cost. */
  readonly mostUsd: number;
  /** Whether the request does not bound the length of its answer. */
  readonly isGuess: boolean;
}

/** Why a request has no room now. */
export interface BudgetRefusal {
  readonly retryAfterMs: number;
}

type BudgetVerdict = BudgetReservation | BudgetRefusal;

/** The budget of one scope, as a decision uses it. */
export interface ScopeBudget {
  /** How many routes are tried when the preferred one does not fit. */
  readonly maxOthers: number;
  /** Whether a request may fit, as far as this process knows without asking anyone. */
  mayFit(needed: MoneyNeeded, limitUsd: number): boolean;
  /** Reserves what a request may cost, if that fits. Neither rejects nor waits longer than its store does. */
  reserve(needed: MoneyNeeded, limitUsd: number): BudgetVerdict | PromiseLike<BudgetVerdict>;
}

export function isReservation(verdict: BudgetVerdict): verdict is BudgetReservation {
  return 'settle' in verdict;
}

/** The budget of a scope in this process alone. */
export class OwnBudget implements ScopeBudget {
  readonly maxOthers: number = Infinity;
  readonly #window: BudgetWindow;
  readonly #leftMs: number;

  /** @param leftMs - how much of the window is left */
  constructor(window: BudgetWindow, leftMs: number) {
    this.#window = window;
    this.#leftMs = leftMs;
  }

  mayFit({ estimatedUsd, mostUsd }: MoneyNeeded, limitUsd: number): boolean {
    return this.#window.fits(estimatedUsd, mostUsd, limitUsd);
  }

  reserve(needed: MoneyNeeded, limitUsd: number): BudgetVerdict {
    return this.mayFit(needed, limitUsd) ? this.#window.reserve(needed.mostUsd) : { retryAfterMs: this.#leftMs };
  }
}

export interface SharedBudgetInit {
  readonly store: LimitStore;
  readonly operation: string;
  readonly scope: string;
  readonly limitUsd: number;
  readonly windowMs: number;
  readonly clock: Clock;
  /** What this process reserves and spends of the budget; decides nothing. */
  readonly own: BudgetWindow;
}

/** The budget of a scope in a store, which counts every process that uses it. */
export class SharedBudget implements ScopeBudget {
  /** The cheapest alone, because each try may be a request over the network. */
  readonly maxOthers: number = 1;
  readonly #init: SharedBudgetInit;

  constructor(init: SharedBudgetInit) {
    this.#init = init;
  }

  mayFit(): boolean {
    return true;
  }

  reserve(needed: MoneyNeeded, limitUsd: number): BudgetVerdict | PromiseLike<BudgetVerdict> {
    const { store, operation, scope, windowMs, clock, own } = this.#init;
    const isPaced = limitUsd < this.#init.limitUsd;
    const { mostUsd: costUsd } = needed;
    if (costUsd === 0) return own.reserve(0); // stores refuse every request when the limit is 0
    const asked = store.reserve({
      key: keyOfOperation(operation, scope),
      limits: { budget: { limitUsd, windowMs } },
      // Stores admit a guess above the limit if nothing else uses the limit. A guess above the pace must be refused.
      expected: { tokens: 0, costUsd, isGuess: needed.isGuess && !isPaced },
      clock,
    });
    return whenKnown(asked, (verdict) => {
      if (!verdict.isAllowed) return verdict;
      const ownPart = own.reserve(costUsd);
      return {
        settle(spentUsd) {
          ownPart.settle(spentUsd);
          verdict.settle({ tokens: 0, costUsd: spentUsd });
        },
      };
    });
  }
}
