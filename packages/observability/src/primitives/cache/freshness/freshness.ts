import type { CacheControl } from '../control/cache-control.ts';
import { ageOf, type EnvelopeHeader, isFromFuture, MAX_CLOCK_DIFFERENCE_MS } from '../entry/envelope.ts';
import type { Execution } from '../execution.ts';

/**
 * What a stored answer is good for:
 * - `fresh`: to be served.
 * - `stale`: to be served at once, past its ttl.
 * - `spare`: to be served if the step fails.
 * - `expired`: nothing.
 */
export type Freshness = 'fresh' | 'stale' | 'spare' | 'expired';

/** How long past its ttl an answer is still good for something, in milliseconds. */
export interface StaleLimits {
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
}

type Life = Pick<EnvelopeHeader, 'ttlMs' | 'staleMs'>;

/**
 * What a stored answer of some age is good for to a caller.
 *
 * An answer that the store keeps no longer than it is fresh is fresh as long as the store has it, because the clocks of two hosts
 * differ; but never a day longer, because a store may have lost the end of its life. Only an answer that is kept longer, or whose times are
 * authenticated, is judged by its age.
 */
function freshnessOf(life: Life, ageMs: number, limits: StaleLimits, control?: CacheControl): Freshness {
  if (life.staleMs === undefined && ageMs - life.ttlMs >= MAX_CLOCK_DIFFERENCE_MS) return 'expired';
  const lifeMs = Math.min(life.staleMs === undefined ? Infinity : life.ttlMs, control?.maxAgeMs ?? Infinity);
  if (ageMs < lifeMs) return 'fresh';
  const pastMs = ageMs - lifeMs;
  if (control?.maxStaleMs !== undefined) return pastMs < control.maxStaleMs ? 'stale' : 'expired';
  if (control?.maxAgeMs !== undefined) return 'expired'; // who limits the age wants nothing stale without saying so
  if (pastMs < limits.staleWhileRevalidateMs) return 'stale';
  return pastMs < limits.staleIfErrorMs ? 'spare' : 'expired';
}

/** Whether a stale answer is young enough to be refreshed behind its caller, and not merely accepted by that caller. */
export function isRefreshable({ ttlMs, staleMs }: Life, ageMs: number, limits: StaleLimits): boolean {
  const pastMs = ageMs - ttlMs;
  return staleMs !== undefined && pastMs >= 0 && pastMs < limits.staleWhileRevalidateMs;
}

/** What a stored answer is good for to the caller of an execution, now. */
export function freshnessNow<I>(
  envelope: EnvelopeHeader,
  { context, control }: Execution<I>,
  limits: StaleLimits,
): Freshness {
  const epochMs = context.clock.epochMs();
  return isFromFuture(envelope, epochMs) ? 'expired' : freshnessOf(envelope, ageOf(envelope, epochMs), limits, control);
}
