import type { RouteCandidate } from '../routes.ts';

export interface Ranked {
  readonly name: string;
  readonly rank: number;
}

/** Routes with the lowest rank first; those of the same rank as they were. */
export function inOrderOf(
  candidates: readonly RouteCandidate[],
  rankOf: (route: RouteCandidate) => number,
): readonly Ranked[] {
  const ranked = candidates.map((route) => ({ name: route.name, rank: rankOf(route) }));
  return ranked.sort((a, b) => (a.rank === b.rank ? 0 : a.rank - b.rank)); // Infinity less itself is no number
}

/** Those with the fewest requests first; of those with as few, the one that was taken longest ago. */
export function leastBusyFirst(candidates: readonly RouteCandidate[]): readonly RouteCandidate[] {
  return candidates.toSorted((a, b) => a.inFlight - b.inFlight || a.lastTaken - b.lastTaken);
}
