import type { RoutingStrategy } from '../strategy.ts';
import { leastBusyFirst } from './ranking.ts';

/**
 * Takes the route with the fewest requests under way, streams included until they end; of those that have as few, the one that was
 * taken longest ago, so that routes take turns while there is little to do.
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
