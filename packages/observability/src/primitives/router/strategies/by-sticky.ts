import { LRUCache } from 'lru-cache';
import { functionOption, numberOption, type OptionRules, readOptions } from 'tta-dev-primitives/internal';
import {
  type AnyStrategy,
  closeStrategies,
  isNarrowing,
  isRefusal,
  nameWith,
  type RoutingStrategy,
  type RoutingVerdict,
  reasonsOf,
  routesOfStrategies,
  strategyOf,
  whenKnown,
} from '../strategy.ts';
import { hashOf, type KeyFunction, rendezvous, sessionOf } from './keyed-hash.ts';

export interface StickyOptions<I> {
  /** The key that keeps its route. @defaultValue the context's `sessionId` */
  readonly key?: KeyFunction<I> | undefined;
  /**
   * How long a route is remembered after its last request, in milliseconds; providers keep prompt caches for 5 to 60 minutes.
   * @defaultValue 600_000
   */
  readonly ttlMs?: number | undefined;
  /** How many keys are remembered. The least recently used key is dropped first. @defaultValue 10_000 */
  readonly maxKeys?: number | undefined;
}

const OWNER = 'bySticky';

const RULES = {
  key: functionOption(sessionOf),
  ttlMs: numberOption({ above: 0 }, 600_000),
  maxKeys: numberOption({ atLeast: 1, isInteger: true }, 10_000),
} satisfies OptionRules<StickyOptions<never>>;

/** What is remembered under the hash of a key; two keys that share one share a route, which does no harm. */
interface Memory {
  readonly route: string;
  readonly until: number;
}

/**
 * Keeps a session on its route. This keeps the provider's prompt cache warm and the style of answers consistent.
 *
 * With an inner strategy, that strategy decides the first request of a session, and decides again if the route becomes
 * unavailable. Without one, the session's hash picks a route (rendezvous hashing): nothing is stored, every process picks the
 * same route, and only sessions of a failing route move. For work without a key, the inner strategy decides; without one there is
 * no opinion.
 */
export function bySticky<I = unknown, const Name extends string = never>(
  inner?: AnyStrategy<I, Name>,
  options: StickyOptions<I> = {},
): RoutingStrategy<I, Name> {
  const { key, ttlMs, maxKeys } = readOptions(OWNER, options, RULES);
  if (inner === undefined) return byHash(key);
  const strategy = strategyOf(inner, OWNER, 'inner');
  const memories = new LRUCache<number, Memory>({ max: maxKeys });
  return {
    name: nameWith('bySticky', [strategy]),
    reasons: [...reasonsOf([strategy]), 'sticky'],
    routes: routesOfStrategies([strategy]),
    close: () => closeStrategies([strategy]),
    decide(input, context, candidates, prompt, claim) {
      const of = key(input, context);
      if (of === undefined) return strategy.decide(input, context, candidates, prompt, claim);
      const now = context.clock.now();
      const place = hashOf(of);
      const remembered = memories.get(place);
      if (
        remembered !== undefined &&
        now < remembered.until &&
        candidates.some(({ name }) => name === remembered.route)
      ) {
        memories.set(place, { route: remembered.route, until: now + ttlMs });
        return { route: remembered.route, reason: 'sticky' };
      }
      return whenKnown(strategy.decide(input, context, candidates, prompt, claim), (verdict): RoutingVerdict => {
        if (verdict !== undefined && !isNarrowing(verdict) && !isRefusal(verdict)) {
          memories.set(place, { route: verdict.route, until: now + ttlMs });
        }
        return verdict;
      });
    },
  };
}

function byHash<I>(key: KeyFunction<I>): RoutingStrategy<I> {
  return {
    name: 'bySticky',
    reasons: ['sticky'],
    decide(input, context, candidates) {
      const of = key(input, context);
      const route =
        of === undefined
          ? undefined
          : rendezvous(
              of,
              candidates.map(({ name }) => [name, 1] as const),
            );
      return route === undefined ? undefined : { route, reason: 'sticky' };
    },
  };
}
