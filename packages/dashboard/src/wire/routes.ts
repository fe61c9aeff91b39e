import type { Buckets, Counted, Known, MeasuredShare, Period, Quantiles, Range, Usd } from './amounts.ts';

/** `GET /api/routes?range=` */
export interface Routes {
  readonly range: Range;
  readonly period: Period;
  /** In the order of {@link Status.routes}; calls, not answers from the cache. */
  readonly cards: readonly RouteCard[];
  readonly routers: readonly RouterCard[];
}

export interface RouteCard {
  readonly route: string;
  readonly health: RouteHealth;
  readonly spentUsd: Usd;
  /** Of all spend in the period; null when unknown. */
  readonly spentShare: Known;
  readonly calls: number;
  readonly callsShare: number;
  readonly total: Quantiles;
  readonly firstChunk: Quantiles;
  readonly noAnswer: number;
  readonly noAnswerShare: Known;
  readonly failures: readonly Counted[];
  readonly buckets: Buckets;
  readonly p50Ms: readonly Known[];
  readonly p95Ms: readonly Known[];
}

export interface RouteHealth {
  readonly state: 'ready' | 'cooling' | 'probation' | 'open' | 'half_open';
  readonly sinceAtMs?: number;
  readonly untilAtMs?: number;
  readonly cause?: string;
}

export interface RouterCard {
  readonly name: string;
  /** What the strategy decides by, or else the reason that it gave most: `By complexity`. */
  readonly title: string;
  readonly reasons: readonly Counted[];
  readonly fallbacks: number;
  readonly defaults: number;
  /** How demanding requests looked, where the strategy gives a score. */
  readonly scores?: ScoreHistogram;
  /** Missing when nothing is measured beside the traffic. */
  readonly shadow?: {
    readonly asGood: MeasuredShare;
    readonly compared: number;
    readonly costUsd: Usd;
  };
  readonly drift?: { readonly psi: number; readonly state: 'stable' | 'moderate' | 'major' };
}

/** Fifty bins from 0 to `top`; higher scores are in the last one. */
export interface ScoreHistogram {
  readonly top: number;
  readonly routes: readonly { readonly route: string; readonly counts: readonly number[] }[];
  /** A route takes scores up to its threshold; the last one has none. */
  readonly thresholds: readonly { readonly route: string; readonly upTo: number }[];
  /** The route that takes what is above the last threshold; missing when it is not known. */
  readonly above?: string;
}
