import type { Counted, Known, Period, Quantiles, Range, Usd } from './amounts.ts';

/** `GET /api/resilience?range=` */
export interface Resilience {
  readonly range: Range;
  readonly period: Period;
  /** Where the lanes begin; they end with the period. */
  readonly lanesFromAtMs: number;
  readonly lanes: readonly StateLane[];
  readonly timeouts: Timeouts;
  readonly retries: Retries;
  readonly bulkheads: Bulkheads;
  readonly limits: readonly LimitLine[];
}

/** A breaker, route or store over the period: grey where nothing is said. */
export interface StateLane {
  readonly kind: 'route' | 'breaker' | 'store';
  readonly name: string;
  readonly stretches: readonly {
    readonly state: 'cooling' | 'half_open' | 'open';
    readonly fromAtMs: number;
    /** Missing while it lasts. */
    readonly toAtMs?: number;
  }[];
  readonly now: 'closed' | 'ready' | 'cooling' | 'half_open' | 'open';
  readonly sinceAtMs?: number;
  readonly untilAtMs?: number;
}

export interface Timeouts {
  readonly total: number;
  /** `late`, `hard`, `first_chunk`, `idle`, `total`, in this order, zeros included. */
  readonly phases: readonly Counted<'late' | 'hard' | 'first_chunk' | 'idle' | 'total'>[];
  /** The limits in use: several operations have several. */
  readonly limits: readonly { readonly operation: string; readonly limitMs: number; readonly graceMs: Known }[];
  /** What calls without an answer cost. */
  readonly noAnswerUsd: Usd;
  /** The longest time that the event loop was found blocked. */
  readonly longestLagMs: Known;
}

export interface Retries {
  /** Requests that were tried again. */
  readonly retried: number;
  /** `recovered`, `exhausted`, `not_retryable`, `out_of_time` ... */
  readonly outcomes: readonly Counted[];
  readonly waited: Quantiles;
  readonly failedTriesUsd: Usd;
}

export interface Bulkheads {
  readonly places: readonly {
    readonly name: string;
    readonly running: number;
    readonly maxRunning: Known;
    readonly queued: number;
    readonly maxQueued: Known;
  }[];
  readonly queued: number;
  readonly queuedMs: Quantiles;
  readonly rejected: number;
}

export interface LimitLine {
  /** The tenant or key, or `all`. */
  readonly who: string;
  /** `requests`, `tokens`, `concurrent` or `spend`. */
  readonly what: 'requests' | 'tokens' | 'concurrent' | 'spend';
  readonly windowMs?: number;
  readonly used: Known;
  readonly allowed: number;
  /** When the window ends; missing where the window slides, and for what has none. */
  readonly startsAnewAtMs?: number;
  /** Since the window began; where it slides, since the dashboard began. */
  readonly refused: number;
}
