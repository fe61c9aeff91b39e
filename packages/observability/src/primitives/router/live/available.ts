import type { Route } from '../routes.ts';

/**
 * The routes that may be taken now. When there is none, the least bad one alone: the one whose cooldown ends first, because a request
 * that is tried may succeed, and one that is refused cannot.
 */
export function availableRoutes<I, O>(routes: readonly Route<I, O>[], now: number): readonly Route<I, O>[] {
  if (routes.every(({ state }) => state.isAvailable(now))) return routes;
  const available = routes.filter(({ state }) => state.isAvailable(now));
  if (available.length > 0) return available;
  return [routes.reduce((best, route) => (route.state.retryRank() < best.state.retryRank() ? route : best))];
}
