import type { Buckets, Known, MeasuredShare, Period, Range, Usd } from './amounts.ts';
import type { RequestRow } from './request-row.ts';

/** `GET /api/overview?range=` */
export interface Overview {
  readonly range: Range;
  readonly period: Period;
  readonly saved: SavedHeadline;
  readonly figures: Figures;
  readonly buckets: Buckets;
  readonly spend: SpendChart;
  readonly outcomes: OutcomeChart;
  readonly latency: LatencyChart;
  /** At most twenty, newest first. */
  readonly newest: readonly RequestRow[];
}

/**
 * The one number and where the baseline's money went: `savedUsd = routingUsd + cacheUsd`, and
 * `baselineUsd = routingUsd + cacheUsd + spentUsd + noAnswerUsd`.
 */
export interface SavedHeadline {
  /** Negative when more was paid than the baseline. */
  readonly savedUsd: number;
  readonly baselineUsd: number;
  /** Of the requests that have a price, measuring included. */
  readonly spentUsd: number;
  /** Estimated: the same tokens at the baseline's price. Net of `measuringUsd`. */
  readonly routingUsd: number;
  /** Realised: answers that were not paid again. */
  readonly cacheUsd: number;
  /** What the baseline was expected to cost for requests that got no answer, beyond what those cost. */
  readonly noAnswerUsd: number;
  /** What requests without an answer cost; part of `spentUsd`. */
  readonly wastedUsd: number;
  /** What failed calls cost, in answered requests too; part of `spentUsd`. */
  readonly failedTriesUsd: number;
  /** What shadow calls cost; part of `spentUsd`. */
  readonly measuringUsd: number;
  /** The routes that savings are measured against; empty while none is known. */
  readonly baselines: readonly string[];
  /** Missing without a hold-out: "not measured yet". A share of `baselineUsd`. */
  readonly measured?: MeasuredShare;
  /** Requests without a price; they are in no sum here. */
  readonly unpriced: number;
}

export interface Figures {
  readonly spentUsd: Figure;
  readonly requests: Figure;
  /** From 0 to 1. */
  readonly hitRate: Figure;
  readonly noAnswer: Figure & { readonly share: Known };
  readonly firstChunkMs: Figure & { readonly p95Ms: Known };
  readonly modelCallMs: Figure & { readonly p95Ms: Known };
  readonly tokensIn: Figure & { readonly cachedShare: Known };
  readonly tokensOut: Figure;
}

export interface Figure {
  readonly value: Known;
  /** The same figure in the period before; missing when the dashboard was not there for all of it. */
  readonly before?: Known;
  /** Twenty points over the period, oldest first; null where nothing was measured. */
  readonly spark: readonly Known[];
}

/** Stacked bars and a stepped line, in US dollars for each bucket. */
export interface SpendChart {
  /** By route, in the order of {@link Status.routes}; a route without spend is missing. */
  readonly routes: readonly { readonly route: string; readonly usd: readonly number[]; readonly totalUsd: Usd }[];
  readonly baselineUsd: readonly number[];
  readonly savedUsd: readonly number[];
  readonly totalBaselineUsd: number;
}

/** Ended requests for each bucket; the four lists add up to all. */
export interface OutcomeChart {
  readonly model: readonly number[];
  readonly cache: readonly number[];
  readonly late: readonly number[];
  readonly noAnswer: readonly number[];
}

/** Model calls, in milliseconds for each bucket; null where there was none. */
export interface LatencyChart {
  readonly p50Ms: readonly Known[];
  readonly p95Ms: readonly Known[];
  readonly firstChunkP50Ms: readonly Known[];
}
