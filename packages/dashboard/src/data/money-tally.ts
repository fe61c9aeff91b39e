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
  /** What the baseline would have cost beyond what was paid, for requests without an answer. */
  noAnswerUsd = 0;
  /** What requests without an answer cost. */
  wastedUsd = 0;
  /** What failed calls cost, in requests that were answered too. */
  failedTriesUsd = 0;
  measuringUsd = 0;
  unpriced = 0;
  requestsWithWaste = 0;
  costlierRequests = 0;
  costlierUsd = 0;

  get savedUsd(): number {
    return this.savedByRouteUsd + this.savedByCacheUsd - this.measuringUsd;
  }

  get baselineUsd(): number {
    return this.savedUsd + this.spentUsd + this.noAnswerUsd;
  }

  add({ money, status }: SeenRequest): void {
    const { costUsd, savedByRouteUsd, savedByCacheUsd, failedTriesUsd, measuringUsd, baselineUsd } = money;
    if (costUsd === null || savedByRouteUsd === null || savedByCacheUsd === null) this.unpriced += 1;
    this.spentUsd += (costUsd ?? 0) + (measuringUsd ?? 0);
    this.measuringUsd += measuringUsd ?? 0;
    this.savedByRouteUsd += savedByRouteUsd ?? 0;
    this.savedByCacheUsd += savedByCacheUsd ?? 0;
    this.failedTriesUsd += failedTriesUsd ?? 0;
    const savedUsd = (savedByRouteUsd ?? 0) + (savedByCacheUsd ?? 0);
    if (savedUsd < 0) {
      this.costlierRequests += 1;
      this.costlierUsd += savedUsd;
    }
    if (!isUnanswered(status)) return;
    this.wastedUsd += costUsd ?? 0;
    if (costUsd !== null && costUsd > 0) this.requestsWithWaste += 1;
    if (baselineUsd != null && costUsd !== null) this.noAnswerUsd += Math.max(0, baselineUsd - costUsd - savedUsd);
  }

  merge(other: MoneyTally): void {
    this.spentUsd += other.spentUsd;
    this.savedByRouteUsd += other.savedByRouteUsd;
    this.savedByCacheUsd += other.savedByCacheUsd;
    this.noAnswerUsd += other.noAnswerUsd;
    this.wastedUsd += other.wastedUsd;
    this.failedTriesUsd += other.failedTriesUsd;
    this.measuringUsd += other.measuringUsd;
    this.unpriced += other.unpriced;
    this.requestsWithWaste += other.requestsWithWaste;
    this.costlierRequests += other.costlierRequests;
    this.costlierUsd += other.costlierUsd;
  }
}
