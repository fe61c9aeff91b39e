/** What saved the money: a stored answer, a call shared with a concurrent request, or a cheaper route. */
export type SavingSource = 'cache' | 'coalesced' | 'route';

declare module 'tta-dev-primitives' {
  interface ReportSummary {
    /**
     * What caches, routers and cascades saved together, in US dollars, less what they lost; null if the saving of one answer is unknown.
     * The sum with `costUsd` is what the request would have cost without them.
     */
    savedUsd: number | null;
  }
}
