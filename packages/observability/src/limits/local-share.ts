import type { Limits } from './limit-store.ts';

/** What one of several processes may use when they cannot count together. Every count is at least 1, or the process could do nothing. */
export function shareOf(limits: Limits, processes: number): Limits {
  if (processes === 1) return limits;
  const { requestsPerMinute, tokensPerMinute, concurrent, budget } = limits;
  const share = (limit: number | undefined): number | undefined =>
    limit === undefined ? undefined : Math.max(1, Math.floor(limit / processes));
  return {
    requestsPerMinute: share(requestsPerMinute),
    tokensPerMinute: share(tokensPerMinute),
    concurrent: share(concurrent),
    budget: budget && { ...budget, limitUsd: budget.limitUsd / processes },
  };
}
