import type { MeasuredShare, Period, Range, Usd } from './amounts.ts';
import type { SavedHeadline } from './overview.ts';

/** `GET /api/savings?range=`; `GET /api/savings.csv?range=` and `GET /api/savings.json?range=` are its files. */
export interface Savings {
  readonly range: Range;
  readonly period: Period;
  /** The same figures as on the Overview. */
  readonly headline: SavedHeadline;
  /** Every line is a sum of requests; they add up to `headline.savedUsd`. */
  readonly lines: readonly SavingsLine[];
  /** From the baseline to the bill; each `usd` is added to what stands before it. */
  readonly bridge: readonly BridgeStep[];
  readonly holdOut?: HoldOut;
}

export interface SavingsLine {
  readonly cause: 'route' | 'cache' | 'shared' | 'stale' | 'no_answer' | 'failed_tries' | 'costlier' | 'measuring';
  /** For `route`: the route that answered. */
  readonly route?: string;
  readonly requests: number;
  readonly knownHow: 'estimated' | 'realised' | 'paid';
  /** Negative for a loss. */
  readonly savedUsd: number;
  /** Part of the baseline; null when the baseline is 0. */
  readonly share: number | null;
}

export interface BridgeStep {
  readonly kind: 'baseline' | 'estimated' | 'realised' | 'no_answer' | 'paid' | 'spent';
  readonly route?: string;
  readonly cause?: SavingsLine['cause'];
  readonly usd: number;
}

/** Requests, drawn by chance, that nothing was saved on, beside all others. */
export interface HoldOut {
  readonly measured: MeasuredShare;
  /** The saving of all requests as it is estimated. */
  readonly estimatedShare: number;
  /** The part of the requests that is drawn. */
  readonly fraction: number;
  /** What the requests that were held out cost. */
  readonly costUsd: Usd;
  /** How often the cheaper answer was as good, where that was judged. */
  readonly asGood?: MeasuredShare;
}
