import type { ShareEstimate } from 'tta-dev-primitives/internal';

/** What a cache with one life of its answers would have done. */
export interface LifeAdvice {
  readonly ttlMs: number;
  /** Requests that it would have answered. */
  readonly hits: number;
  /** Their share of all requests, with its 95 % interval: what it says of traffic like this. */
  readonly hitRate: ShareEstimate;
  /** What the answers to them cost, in US dollars, as far as that is known: what would not have been spent. */
  readonly savedUsd: number;
  /** `savedUsd` as a share of what all answers cost; 0 while nothing was spent. */
  readonly savedShare: number;
  /** Hits whose answer has no known price; they are in no sum. */
  readonly unpriced: number;
}

/** What a cache would have saved of the traffic so far. */
export interface CacheAdvice {
  readonly operation: string;
  readonly total: number;
  /** Requests that a cache would not look up. */
  readonly bypasses: number;
  /** Answers that a cache would not store. */
  readonly uncacheable: number;
  /** What all answers cost, in US dollars, as far as that is known. */
  readonly costUsd: number;
  /** Requests that were forgotten too early for want of room; above 0 the hits are too few. */
  readonly forgotten: number;
  /** One entry for each life asked about, the shortest first. */
  readonly lives: readonly LifeAdvice[];
}

/** The advice in one line, for a person. */
export function describeAdvice({ operation, total, costUsd, lives }: CacheAdvice): string {
  const each = lives.map(({ ttlMs, hitRate, savedUsd, savedShare }) => {
    const [share, low, high] = [hitRate.share, hitRate.low, hitRate.high].map((part) => (part * 100).toFixed(1));
    return `${ttlMs / 1_000} s: ${share} % [${low}, ${high}] hits, $${savedUsd.toFixed(6)} (${(savedShare * 100).toFixed(1)} %)`;
  });
  return `CacheAdvisorPrimitive(${operation}: ${total} requests, $${costUsd.toFixed(6)} spent; saved with a life of ${each.join('; ')})`;
}
