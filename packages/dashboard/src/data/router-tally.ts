import { Counts } from './counts.ts';
import { ScoreTally } from './score-tally.ts';
import type { SeenDecision, SeenRequest, SeenShadow } from './seen-request.ts';

const DEFAULTS: ReadonlySet<string> = new Set([
  'default_route',
  'no_route_fits',
  'invalid_route_fallback',
  'routing_error_fallback',
]);

/** The decisions of one router. */
export class RouterTally {
  readonly reasons: Counts = new Counts();
  readonly strategies: Counts = new Counts();
  fallbacks = 0;
  defaults = 0;
  readonly scores: ScoreTally = new ScoreTally();
  /** The newest population stability index of the scores. */
  drift: number | undefined;
  readonly shadow: { compared: number; asGood: number; costUsd: number; unpriced: number } = {
    compared: 0,
    asGood: 0,
    costUsd: 0,
    unpriced: 0,
  };

  add({ reason, strategy, look, above, route, fallbacks }: SeenDecision, { shadow, drift }: SeenRequest): void {
    this.reasons.add(reason);
    if (strategy !== undefined) this.strategies.add(strategy);
    if (fallbacks.length > 0) this.fallbacks += 1;
    if (DEFAULTS.has(reason)) this.defaults += 1;
    if (look !== undefined) this.scores.add(look, route, above);
    if (shadow !== undefined) this.#addShadow(shadow);
    if (drift !== undefined) this.drift = drift;
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
    this.strategies.merge(other.strategies);
    this.fallbacks += other.fallbacks;
    this.defaults += other.defaults;
    this.drift = other.drift ?? this.drift;
    this.scores.merge(other.scores);
    this.shadow.compared += other.shadow.compared;
    this.shadow.asGood += other.shadow.asGood;
    this.shadow.costUsd += other.shadow.costUsd;
    this.shadow.unpriced += other.shadow.unpriced;
  }
}
