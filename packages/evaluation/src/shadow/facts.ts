/**
 * What became of a request in a shadow: it was compared; it was not in the slice; it was left out because the minute was full, the
 * money spent, or too many comparisons under way; there was no whole answer to compare; the other call failed or took too long;
 * or the two answers could not be graded.
 */
export type ShadowOutcome =
  | 'compared'
  | 'not_chosen'
  | 'rate_limited'
  | 'over_budget'
  | 'busy'
  | 'unanswered'
  | 'failed'
  | 'ungraded';

/** Which of the two ways to answer is needless, because the other is better with confidence and costs no more. */
export type DominatedSide = 'routed' | 'baseline';

declare module 'tta-dev-primitives' {
  interface Facts {
    /** Stated first, because every metric of a shadow has it as a label. */
    'shadow.operation': string;
    /** Stated once per request; for most of those in the slice after the caller has got the answer. */
    'shadow.outcome': ShadowOutcome;
    /** What both answers of a comparison are worth, each from 0 to 1. */
    'shadow.qualities': { readonly answer: number; readonly baseline: number };
    /** What a call that only the shadow made has cost, with its grading, in US dollars. */
    'shadow.costUsd': number;
    /**
     * What the baseline's answer cost less what the given one cost, in US dollars: both calls were made, so nothing in it is estimated.
     * Negative when the given answer cost more.
     */
    'shadow.realisedSavedUsd': number;
    /** A comparison in which the cost of one of the answers is not known; it is in no saving. */
    'shadow.unpriced': true;
    /** Stated when it is first seen, and again only after it had ceased. */
    'shadow.dominated': DominatedSide;
  }
}
