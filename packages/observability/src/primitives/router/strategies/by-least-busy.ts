import type { RoutingStrategy } from '../strategy.ts';
import { leastBusyFirst } from './ranking.ts';

/**
 * Picks the route with the fewest running requests. Streams count until they end. Among equals, picks the route that was used
 * longest ago: routes take turns under low load.
 */
export function byLeastBusy(): RoutingStrategy<unknown> {
  return {
    name: 'byLeastBusy',
    reasons: ['least_busy'],
    decide(_input, _context, candidates, _prompt, claim) {
      const among = leastBusyFirst(candidates).map(({ name }) => name);
      const [route] = among;
      if (route === undefined) return undefined;
      claim?.(route);
      return { route, reason: 'least_busy', among };
    },
  };
}
