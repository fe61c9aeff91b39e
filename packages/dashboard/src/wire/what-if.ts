import type { Known, Period, Range, Usd } from './amounts.ts';

/** `GET /api/what-if?range=` */
export interface WhatIf {
  readonly range: Range;
  readonly period: Period;
  /** Requests with a known usage, which every line prices anew. */
  readonly requests: number;
  /** Requests whose usage or price is unknown; they are in no line. */
  readonly leftOut: number;
  /** The policy in use first, then by cost. */
  readonly policies: readonly PolicyLine[];
}

export interface PolicyLine {
  readonly kind: 'now' | 'model' | 'model_no_cache' | 'no_cache' | 'strategy';
  /** The route or model that answers everything, where one does. */
  readonly route?: string;
  readonly title: string;
  readonly how: string;
  readonly costUsd: Usd;
  /** Less than 0: cheaper than now. Missing for the policy in use. */
  readonly againstNowUsd?: Usd;
  /** Requests that another route would answer. */
  readonly otherRoute: number;
  /** How often the answers would be as good as the baseline's, where that was measured. */
  readonly asGood: Known;
}
