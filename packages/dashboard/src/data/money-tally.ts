import { isUnanswered } from './outcome.ts';
import type { SeenRequest } from './seen-request.ts';

/**
 * Where the money of a set of requests went, in US dollars. As in the ledger, an amount that is unknown is in no sum, and its request is
 * counted as unpriced.
 */
export class MoneyTally {
  spentUsd = 0;
  /** Below 0 for a loss. */
  savedByRouteUsd = 0;
  savedByCacheUsd = 0;
  /** What requests without an answer cost. */
  wastedUsd = 0;
  /** What failed calls cost, in requests that were answered too. */
  failedTriesUsd = 0;
  measuringUsd = 0;
  noAnswerUsd = 0;
  unpriced = 0;
  /** Unpriced requests that were answered. */
  unpricedAnswers = 0;

  get savedUsd(): number {
    return this.savedByRouteUsd + this.savedByCacheUsd - this.measuringUsd;
  }

  get baselineUsd(): number {
    return this.savedUsd + this.spentUsd + this.noAnswerUsd;
  }

  add({ money, status }: SeenRequest): void {
    const { knownCostUsd, savedByRouteUsd = 0, savedByCacheUsd = 0, wastedUsd, measuringUsd = 0 } = money;
    if (!money.isPriced) this.unpriced += 1;
    if (!money.isPriced && (status === 'ok' || status === 'late')) this.unpricedAnswers += 1;
    this.spentUsd += knownCostUsd;
    this.measuringUsd += measuringUsd;
    this.savedByRouteUsd += savedByRouteUsd;
    this.savedByCacheUsd += savedByCacheUsd;
    this.failedTriesUsd += wastedUsd;
    this.noAnswerUsd += money.noAnswerUsd ?? 0;
    if (isUnanswered(status)) this.wastedUsd += knownCostUsd;
  }

  merge(other: MoneyTally): void {
    this.spentUsd += other.spentUsd;
    this.savedByRouteUsd += other.savedByRouteUsd;
    this.savedByCacheUsd += other.savedByCacheUsd;
    this.wastedUsd += other.wastedUsd;
    this.failedTriesUsd += other.failedTriesUsd;
    this.measuringUsd += other.measuringUsd;
    this.noAnswerUsd += other.noAnswerUsd;
    this.unpriced += other.unpriced;
    this.unpricedAnswers += other.unpricedAnswers;
  }
}
