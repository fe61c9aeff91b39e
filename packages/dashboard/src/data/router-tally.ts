import { CappedMap } from './capped-map.ts';
import { Counts } from './counts.ts';
import type { SeenDecision, SeenShadow } from './seen-request.ts';

/** How finely scores from 0 to 1 are counted. */
const SCORE_BINS = 50;

const DEFAULTS: ReadonlySet<string> = new Set([
  'default_route',
  'no_route_fits',
  'invalid_route_fallback',
  'routing_error_fallback',
]);

/** The decisions of one router. */
export class RouterTally {
  readonly reasons: Counts = new Counts();
  fallbacks = 0;
  defaults = 0;
  /** Scores by the route that was taken. */
  readonly scores: CappedMap<number[]> = new CappedMap(() => new Array(SCORE_BINS).fill(0));
  readonly shadow: { compared: number; asGood: number; costUsd: number; unpriced: number } = {
    compared: 0,
    asGood: 0,
    costUsd: 0,
    unpriced: 0,
  };

  add({ reason, score, route, fallbacks }: SeenDecision, shadow: SeenShadow | undefined): void {
    this.reasons.add(reason);
    if (fallbacks.length > 0) this.fallbacks += 1;
    if (DEFAULTS.has(reason)) this.defaults += 1;
    if (score !== undefined) count(this.scores.at(route), Math.floor(score * SCORE_BINS), 1);
    if (shadow !== undefined) this.#addShadow(shadow);
  }

  #addShadow({ costUsd, isAsGood }: SeenShadow): void {
    this.shadow.costUsd += costUsd ?? 0;
    if (costUsd === null) this.shadow.unpriced += 1;
    if (isAsGood === undefined) return;
    this.shadow.compared += 1;
    if (isAsGood) this.shadow.asGood += 1;
  }

  merge(other: RouterTally): void {
    this.reasons.merge(other.reasons);
    this.fallbacks += other.fallbacks;
    this.defaults += other.defaults;
    for (const [route, counts] of other.scores.entries()) {
      const own = this.scores.at(route);
      counts.forEach((one, bin) => {
        count(own, bin, one);
      });
    }
    this.shadow.compared += other.shadow.compared;
    this.shadow.asGood += other.shadow.asGood;
    this.shadow.costUsd += other.shadow.costUsd;
    this.shadow.unpriced += other.shadow.unpriced;
  }
}

function count(bins: number[], bin: number, by: number): void {
  const kept = Math.max(0, Math.min(SCORE_BINS - 1, bin));
  bins[kept] = (bins[kept] ?? 0) + by;
}
