import type { CacheTally } from '../data/cache-tally.ts';
import type { Observations } from '../data/observations.ts';
import type { Tally } from '../data/tally.ts';
import type { Cache, CacheLine, Range, StateLane, StoreState } from '../wire/index.ts';
import { bucketsOf, periodOf, shareOf } from './period.ts';

export function readCache(observations: Observations, range: Range): Cache {
  const period = observations.read(range);
  const { cache, operations } = period.all;
  const lines = [...operations.entries()].map(([operation, tally]) => ({ operation, ...lineOf(tally) }));
  return {
    range,
    period: periodOf(period),
    all: lineOf(cache),
    operations: lines.sort((one, other) => (other.hitRate ?? 0) - (one.hitRate ?? 0) || other.lookups - one.lookups),
    hitAgeP50Ms: cache.ages.quantile(0.5),
    notStored: cache.notStored.ranked(),
    notLookedUp: cache.notLookedUp.ranked(),
    stores: storesOf(observations, period.all),
    buckets: bucketsOf(period),
    answeredByCache: period.buckets.map((tally) => tally?.cache.answered ?? 0),
    askedModel: period.buckets.map((tally) => (tally === undefined ? 0 : tally.cache.lookups - tally.cache.answered)),
  };
}

function lineOf(tally: CacheTally): CacheLine {
  const { lookups, words, answered, hits, misses, savedUsd, unpriced } = tally;
  return {
    lookups,
    counts: { ...words },
    answered,
    hitRate: shareOf(answered, lookups),
    hitP50Ms: hits.quantile(0.5),
    missP50Ms: misses.quantile(0.5),
    savedUsd: savedUsd === 0 && unpriced > 0 ? null : savedUsd,
    unpriced,
  };
}

/**
 * One store for each cache that has told of it, by what its lookups said last; where the size of a near tier is known, that tier before
 * it.
 */
function storesOf({ lanes, uses }: Observations, { operations }: Tally): StoreState[] {
  const told = lanes.all.filter(({ kind }) => kind === 'store');
  return told.flatMap((lane) => {
    const held = uses.storeOf(lane.name);
    const { entries = null, bytes = null, maxBytes } = held ?? {};
    const size = { entries, bytes, ...(maxBytes !== undefined && { maxBytes }) };
    if (held?.isNear !== true) return [storeOf(lane, operations.get(lane.name), 'only', size)];
    const near = {
      name: lane.name,
      tier: 'near',
      state: 'ready',
      breaker: null,
      ...size,
      hits: null,
      errors: 0,
    } as const;
    return [near, storeOf(lane, operations.get(lane.name), 'far', { entries: null, bytes: null })];
  });
}

function storeOf(
  { name, now, sinceAtMs, untilAtMs }: StateLane,
  tally: CacheTally | undefined,
  tier: StoreState['tier'],
  size: Pick<StoreState, 'entries' | 'bytes' | 'maxBytes'>,
): StoreState {
  return {
    name,
    tier,
    state: now === 'open' ? 'unreachable' : now === 'half_open' ? 'failing' : 'ready',
    breaker: now === 'open' || now === 'half_open' ? now : 'closed',
    ...(sinceAtMs !== undefined && { sinceAtMs }),
    ...(untilAtMs !== undefined && { retryAtMs: untilAtMs }),
    ...size,
    hits: tally?.answered ?? 0,
    errors: tally?.storeErrors ?? 0,
  };
}
