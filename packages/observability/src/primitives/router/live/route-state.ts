import type { WorkflowPrimitive } from 'tta-dev-primitives';
import { TokenEstimator } from '../../../llm/estimate/token-estimator.ts';
import type { Cooldown } from '../health/cooldown.ts';
import { circuitsOf, isAnyOpen } from '../health/open-circuit.ts';
import type { RouteHealth } from '../health/route-health.ts';
import type { RouteLatencies } from './route-latencies.ts';

/** What a router knows of one of its routes by having taken it. */
export class RouteState {
  /** When it was taken last, as the number of that attempt among all of the router's; 0 before the first. */
  lastTaken = 0;
  /** The model that its newest answer named. */
  answeredAs: string | undefined;
  /** Of the deployment behind the route, which other routes may share. */
  readonly health: RouteHealth;
  readonly tokens: TokenEstimator;
  readonly #circuits: ReturnType<typeof circuitsOf>;

  /** @param before - the state of the route that this one replaces */
  constructor(step: WorkflowPrimitive<never, unknown>, health: RouteHealth, before?: RouteState) {
    this.health = health;
    this.tokens = before?.tokens ?? new TokenEstimator();
    this.lastTaken = before?.lastTaken ?? 0;
    this.answeredAs = before?.answeredAs;
    this.#circuits = circuitsOf(step);
  }

  get inFlight(): number {
    return this.health.inFlight;
  }

  get latencies(): RouteLatencies {
    return this.health.latencies;
  }

  get cooldown(): Cooldown | undefined {
    return this.health.cooldown;
  }

  /** Whether it may be taken: it neither cools down nor is behind an open circuit, and one request at most finds out that it works again. */
  isAvailable(now: number): boolean {
    return this.ruledOut(now) === undefined;
  }

  /** Why it may not be taken; undefined if it may. */
  ruledOut(now: number): 'cooling' | 'circuit_open' | 'probing' | undefined {
    if (isAnyOpen(this.#circuits)) return 'circuit_open';
    if (this.cooldown?.isOver(now) ?? true) return undefined;
    return this.coolingMs(now) > 0 ? 'cooling' : 'probing';
  }

  /** How much longer it cools down, in milliseconds; 0 if it does not. */
  coolingMs(now: number): number {
    return Math.max(0, (this.cooldown?.until ?? -Infinity) - now);
  }

  /** In which order routes are tried that are not available: lower values first. A route behind an open circuit would only refuse. */
  retryRank(): number {
    return isAnyOpen(this.#circuits) ? Infinity : (this.cooldown?.until ?? -Infinity);
  }
}
