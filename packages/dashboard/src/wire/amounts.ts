/**
 * How the wire writes what is not a plain number. Money is US dollars (`Usd`), durations are milliseconds (`Ms`), and instants are
 * milliseconds since 1970 (`AtMs`). `null` is unknown: it is in no sum. A missing field does not apply: the page writes a dash.
 */

/** An amount in US dollars, or null when no price is known. */
export type Usd = number | null;

/** A count, a duration or a share that may be unknown. */
export type Known = number | null;

/** The stretch of time a screen shows, up to now. */
export type Range = '1m' | '15m' | '1h' | '24h' | '7d';

/** A range in a query. `auto` is {@link Status.autoRange}, and grows with it. */
export type AskedRange = Range | 'auto';

/** From (included) to (excluded). */
export interface Period {
  readonly fromAtMs: number;
  readonly toAtMs: number;
}

/** Equal buckets of time. Every list that belongs to them has one value for each, oldest first; the last bucket is not finished. */
export interface Buckets {
  readonly startAtMs: number;
  readonly stepMs: number;
  readonly count: number;
}

/** A share that was measured on a sample, from 0 to 1, with its 95 % interval. */
export interface MeasuredShare {
  readonly share: number;
  readonly low: number;
  readonly high: number;
  /** How many requests were measured. */
  readonly n: number;
}

/** The middle and the slow end of a duration, in milliseconds; null while nothing was measured. */
export interface Quantiles {
  readonly p50Ms: Known;
  readonly p95Ms: Known;
}

/** A number of things under one word. */
export interface Counted<Word extends string = string> {
  readonly word: Word;
  readonly count: number;
}
