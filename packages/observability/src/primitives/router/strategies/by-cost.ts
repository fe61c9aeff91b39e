import type { RoutingStrategy } from '../strategy.ts';
import { inOrderOf } from './ranking.ts';

/**
 * Takes the route whose answer is expected to cost least, by the tokens that its answers have used so far. Routes whose price is not
 * known are taken only as fallbacks; it has no opinion when no price is known.
 *
 * It knows nothing of quality: use it among routes that are all good enough, `firstOf(byRules(), byCost())`.
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
