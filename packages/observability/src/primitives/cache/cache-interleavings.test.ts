import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { recordingObserver } from 'tta-dev-primitives/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Act,
  CacheInterleaving,
  type Deed,
  LONGEST_DEED_MS,
  type Plan,
  type Seen,
  STALE_IF_ERROR_MS,
  TTL_MS,
} from './__fixtures__/cache-interleaving.ts';
import type { CacheOutcome } from './facts.ts';

const LONGEST_LIFE_MS = TTL_MS + STALE_IF_ERROR_MS;

const instants = fc.oneof(fc.constantFrom(0, 50, 90, 95, 100, 150, 200, 300, 390, 400), fc.nat(800));

const controls = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      { noCache: true },
      { noCache: true, noStore: true },
      { noStore: true },
      { maxAgeMs: 60 },
      { maxStaleMs: 0 },
      { maxStaleMs: 150 },
      { maxStaleMs: 150 },
      { maxStaleMs: 150 },
      { onlyIfCached: true },
    ),
  },
);

const where = {
  at: instants,
  process: fc.constantFrom(0 as const, 0 as const, 1 as const),
  page: fc.constantFrom(0 as const, 1 as const),
};

const acts: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      ...where,
      kind: fc.constant('ask' as const),
      control: controls,
      leavesAfterMs: fc.oneof(
        { weight: 4, arbitrary: fc.constant(Infinity) },
        { weight: 1, arbitrary: fc.constantFrom(1, 10, 30) },
      ),
      dueAfterMs: fc.oneof(
        { weight: 4, arbitrary: fc.constant(Infinity) },
        { weight: 4, arbitrary: fc.constantFrom(20, 60, 60, 100) },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...where,
      kind: fc.constantFrom('invalidate' as const, 'invalidate tag' as const),
    }),
  },
);

const deeds: fc.Arbitrary<Deed> = fc.record({
  does: fc.constantFrom(
    'answers',
    'answers',
    'answers',
    'streams',
    'is overloaded',
    'is refused',
    'breaks off',
    'cannot be stored',
  ),
  afterMs: fc.constantFrom(0, 1, 10, 40, LONGEST_DEED_MS),
  isObedient: fc.boolean(),
});

const plans: fc.Arbitrary<Plan> = fc.record({
  acts: fc.array(acts, { minLength: 10, maxLength: 40 }),
  deeds: fc.array(deeds, { minLength: 1, maxLength: 12 }),
  latenciesMs: fc.oneof(
    { weight: 1, arbitrary: fc.constant([0]) },
    { weight: 2, arbitrary: fc.array(fc.constantFrom(0, 0, 1, 5, 30), { minLength: 1, maxLength: 9 }) },
    { weight: 1, arbitrary: fc.array(fc.constantFrom(0, 1, 5, 80), { minLength: 1, maxLength: 9 }) },
  ),
  isTagged: fc.boolean(),
});

const OUTCOMES: readonly CacheOutcome[] = ['hit', 'miss', 'stale', 'bypass', 'coalesced'];

/** What must have been met, lest the property hold because nothing happens. */
const SEEN: readonly string[] = [
  ...OUTCOMES,
  ...['answered', 'overloaded', 'refused', 'left', 'late', 'not cached', 'invalidated', 'paid for in the background'],
  ...['revalidating', 'accepted', 'server_error', 'timeout'].map((cause) => `stale: ${cause}`),
  ...['stored', 'not_stored', 'failed', 'timed_out'].map((how) => `refresh: ${how}`),
  ...['error', 'no_store', 'interrupted', 'invalidated', 'tags_unknown'].map((reason) => `skipped: ${reason}`),
];

const sumOf = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Whether a caller may get an answer of that age, whatever else it asks for. */
function isYoungEnough({ act, answer, startedAtMs }: Seen): boolean {
  const ageMs = startedAtMs - (answer?.madeAtMs ?? startedAtMs);
  const { maxAgeMs, maxStaleMs, noStore } = act.control;
  if (noStore === true) return ageMs <= 0;
  if (maxAgeMs !== undefined) return ageMs < maxAgeMs;
  return ageMs < (maxStaleMs === undefined ? LONGEST_LIFE_MS : TTL_MS + maxStaleMs);
}

describe('two caches on one store', () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);

  beforeEach(() => {
    unhandled.length = 0;
    process.on('unhandledRejection', note);
  });

  afterEach(() => {
    process.off('unhandledRejection', note);
  });

  it('count every call once, serve nothing too old or invalidated, and leave nothing behind, in any interleaving', async () => {
    const met: Record<string, number> = {};
    const meet = (what: string, times = 1): void => {
      met[what] = (met[what] ?? 0) + times;
    };
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        using recording = recordingObserver();
        const life = new CacheInterleaving(plan);
        const { clock, seen, signals, caches } = life;
        await life.live();

        const stats = caches.map((cache) => cache.getStats());
        const total = sumOf(stats.map((each) => each.total));
        const stated = recording.factsOf('cache.outcome');
        expect(total).toBe(seen.length);
        expect(stats.map(({ hits, misses, bypasses }) => hits + misses + bypasses)).toEqual(stats.map((s) => s.total));
        expect(seen.map(({ outcomes }) => outcomes.length)).toEqual(seen.map(() => 1));
        const toldOf = (outcome: CacheOutcome): number => seen.filter(({ outcomes }) => outcomes[0] === outcome).length;
        for (const outcome of OUTCOMES) {
          expect(stated.filter((each) => each === outcome)).toHaveLength(toldOf(outcome));
          meet(outcome, toldOf(outcome));
        }
        expect(sumOf(stats.map(({ stale }) => stale))).toBe(toldOf('stale'));
        expect(recording.factsOf('cache.staleServed')).toHaveLength(toldOf('stale'));
        expect(sumOf(stats.map(({ refreshes }) => refreshes))).toBe(recording.factsOf('cache.refreshed').length);
        expect(recording.factsOf('cache.invalidated')).toHaveLength(life.invalidated.length);

        const saved = recording.factsOf('cache.savedUsd').map(({ usd }) => usd);
        expect(sumOf(stats.map(({ costSavingsUsd }) => costSavingsUsd))).toBe(sumOf(saved));
        const failureStale = recording
          .factsOf('cache.staleServed')
          .filter((cause) => cause !== 'revalidating' && cause !== 'accepted').length;
        const spared = seen.filter(
          ({ ended, outcomes: [outcome] }) =>
            ended === 'answered' && ['hit', 'stale', 'coalesced'].includes(outcome as string),
        ).length;
        expect(saved.filter((usd) => usd > 0)).toHaveLength(spared - failureStale);
        meet('paid for in the background', saved.filter((usd) => usd < 0).length);

        for (const each of seen) {
          if (each.answer !== undefined) expect(each.answer.page).toBe(each.act.page);
          expect(isYoungEnough(each), JSON.stringify(each)).toBe(true);
          meet(each.ended);
        }
        expect(life.revived()).toEqual([]);
        meet('invalidated', life.invalidated.length);
        for (const cause of recording.factsOf('cache.staleServed')) meet(`stale: ${cause}`);
        for (const how of recording.factsOf('cache.refreshed')) meet(`refresh: ${how}`);
        for (const reason of recording.factsOf('cache.skipped')) meet(`skipped: ${reason}`);

        expect(clock.pendingTimers).toBe(0);
        expect(signals.flatMap((signal) => getEventListeners(signal, 'abort'))).toEqual([]);
        expect(unhandled).toEqual([]);
      }),
      { numRuns: 400 },
    );
    for (const what of SEEN) expect(met[what] ?? 0, what).toBeGreaterThan(0);
  }, 120_000);
});
