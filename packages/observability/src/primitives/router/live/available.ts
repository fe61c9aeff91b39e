import type { Route } from '../routes.ts';

/**
 * The routes that are available now. Without an available route, only the one whose cooldown ends first: a request that is tried
 * can succeed, and a refused one cannot.
 */
export function availableRoutes<I, O>(routes: readonly Route<I, O>[], now: number): readonly Route<I, O>[] {
  if (routes.every(({ state }) => state.isAvailable(now))) return routes;
  const available = routes.filter(({ state }) => state.isAvailable(now));
  if (available.length > 0) return available;
  return [routes.reduce((best, route) => (route.state.retryRank() < best.state.retryRank() ? route : best))];
}
