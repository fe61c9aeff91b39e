import type { RoutingStrategy } from '../strategy.ts';
import { inOrderOf } from './ranking.ts';

/**
 * Picks the route with the lowest expected cost, based on the tokens of its answers so far. Routes with an unknown price are used only as
 * fallbacks. If no price is known, the strategy has no opinion.
 *
 * It ignores quality, so use it among routes that are all good enough: `firstOf(byRules(), byCost())`.
 */
export function byCost(): RoutingStrategy<unknown> {
  return {
    name: 'byCost',
    reasons: ['cost'],
    decide(_input, context, candidates, prompt) {
      const ranked = inOrderOf(candidates, (route) => route.estimate(prompt, context).costUsd ?? Infinity);
      const [cheapest] = ranked;
      if (cheapest === undefined || cheapest.rank === Infinity) return undefined;
      return { route: cheapest.name, reason: 'cost', among: ranked.map(({ name }) => name) };
    },
  };
}
