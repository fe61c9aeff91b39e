import { checkNumber, functionOption, type OptionRules, readOptions, refusal } from 'tta-dev-primitives/internal';
import type { RoutingStrategy } from '../strategy.ts';
import { type KeyFunction, rendezvous } from './keyed-hash.ts';

export interface WeightOptions<I> {
  /** What always gets the same route, such as a user who should not see two models in turn. @defaultValue each request on its own */
  readonly key?: KeyFunction<I> | undefined;
  /** The source of randomness for requests without a key, from 0 up to 1. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
}

const OWNER = 'byWeight';

const RULES = {
  key: functionOption(() => undefined),
  random: functionOption(Math.random),
} satisfies OptionRules<WeightOptions<never>>;

/**
 * Distributes requests by weight, for a canary or the quotas of several deployments. The share of an unavailable route
 * goes to the others. If no weighted route is available, the strategy has no opinion.
 *
 * Raising a canary's weight moves keys to the canary and moves no other key.
 *
 * @throws TypeError or RangeError if a weight is not a number of at least 0, or no weight is above 0
 * @example
 * ```ts
 * byWeight({ stable: 0.95, canary: 0.05 }, { key: (_, { userId }) => userId })
 * ```
 */
export function byWeight<Name extends string, I = unknown>(
  weights: Readonly<Record<Name, number>>,
  options: WeightOptions<I> = {},
): RoutingStrategy<I, Name> {
  if (typeof weights !== 'object' || weights === null) {
    throw new TypeError(refusal(OWNER, 'weights', weights, 'an object of weights by route'));
  }
  const { key, random } = readOptions(OWNER, options, RULES);
  const shares = new Map<string, number>(Object.entries<number>(weights));
  for (const [name, weight] of shares) checkNumber(OWNER, `weights[${JSON.stringify(name)}]`, weight, { atLeast: 0 });
  if (![...shares.values()].some((weight) => weight > 0)) {
    throw new RangeError(`${OWNER}: weights must hold at least one above 0, but they hold none`);
  }
  return {
    name: 'byWeight',
    reasons: ['weight'],
    routes: Object.keys(weights) as Name[],
    decide(input, context, candidates) {
      const left = candidates
        .map(({ name }) => [name, shares.get(name) ?? 0] as const)
        .filter(([, share]) => share > 0);
      const of = key(input, context);
      const route = of === undefined ? drawn(left, random()) : rendezvous(of, left);
      return route === undefined ? undefined : { route, reason: 'weight', among: left.map(([name]) => name) };
    },
  };
}

/** The name at a point between 0 and 1 of all shares laid end to end. */
function drawn(shares: readonly (readonly [string, number])[], point: number): string | undefined {
  let left = point * shares.reduce((sum, [, share]) => sum + share, 0);
  for (const [name, share] of shares) {
    left -= share;
    if (left < 0) return name;
  }
  return shares.at(-1)?.[0]; // rounding may leave a trace of the last one
}
