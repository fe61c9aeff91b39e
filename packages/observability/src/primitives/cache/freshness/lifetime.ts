import type { WorkflowContext } from 'tta-dev-primitives';
import { ignoreRejection } from 'tta-dev-primitives/internal';
import type { CacheableAnswer } from '../entry/cacheability.ts';

/** How long an answer is fresh, in milliseconds, told from the answer. */
export type TtlFunction<I = unknown> = (answer: CacheableAnswer<I>, context: WorkflowContext) => number;

export interface LifetimeOptions<I> {
  readonly ttlMs: number | TtlFunction<I>;
  /** The share of the ttl that chance may take away, between 0 and 1. */
  readonly ttlJitter: number;
  /** How long past its ttl an answer is kept, in milliseconds. */
  readonly staleMs: number;
  readonly random: () => number;
}

/** How long one answer lives, in milliseconds. */
export interface Lifetime {
  /** How long it is fresh. */
  readonly ttlMs: number;
  /** How long past that it is still kept; undefined if it is not. */
  readonly staleMs: number | undefined;
}

/**
 * Decides how long an answer lives; undefined if it is not to be stored, because its ttl is no number above 0.
 *
 * Chance only shortens a life, so answers stored at the same time do not expire at the same time.
 */
export function lifetimeOf<I>(
  answer: CacheableAnswer<I>,
  context: WorkflowContext,
  { ttlMs, ttlJitter, staleMs, random }: LifetimeOptions<I>,
): Lifetime | undefined {
  const wholeMs = typeof ttlMs === 'number' ? ttlMs : told(ttlMs, answer, context);
  if (wholeMs === undefined) return undefined;
  const freshMs = ttlJitter === 0 ? wholeMs : wholeMs * (1 - ttlJitter * random());
  return { ttlMs: freshMs, staleMs: staleMs === 0 ? undefined : staleMs };
}

function told<I>(ttlMs: TtlFunction<I>, answer: CacheableAnswer<I>, context: WorkflowContext): number | undefined {
  try {
    const wholeMs: unknown = ttlMs(answer, context);
    ignoreRejection(wholeMs);
    return typeof wholeMs === 'number' && Number.isFinite(wholeMs) && wholeMs > 0 ? wholeMs : undefined;
  } catch {
    return undefined; // a rule that fails decides nothing, so nothing is stored; the caller has the answer
  }
}
