import { Sum } from '../../llm/money/sum.ts';
import type { RouteMoney } from './answer-price.ts';
import { DurationWindow } from './duration-window.ts';

/** What became of the work of one route. */
export interface RouteStats {
  /** How often it was decided on; over all routes that is the number of executions. */
  readonly decisions: number;
  /** How often it was called: as it was decided on, or as another route had failed. */
  readonly attempts: number;
  /** How often a request went on from it to another route. */
  readonly fallbacks: number;
  /** How often it failed; work that its caller gave up is no failure. */
  readonly errors: number;
  /** What its answers cost, in US dollars, so far as their price is known. */
  readonly costUsd: number;
  /** What the same answers were expected to cost before they were given; compare it with `costUsd`. */
  readonly estimatedCostUsd: number;
  /** The median duration of its newest 1,000 complete answers, streams to their end; null before the first. */
  readonly p50Ms: number | null;
  /** The 95th percentile of the same durations. */
  readonly p95Ms: number | null;
}

export interface RouterStats<Name extends string = string> {
  readonly operation: string;
  /** Executions for which the strategy decided or refused: all decisions, those for replaced routes included, and `refusals`. */
  readonly total: number;
  readonly routes: Readonly<Record<Name, RouteStats>>;
  /** An estimate: the same tokens at the baseline's price, less their cost; below 0 when the baseline would have been cheaper. */
  readonly costSavingsUsd: number;
  /** Answers whose cost, or whose cost at the baseline, is not known; they are in no sum. */
  readonly unpriced: number;
  /** Executions that the strategy has refused, as `byBudget` does: no route was called. */
  readonly refusals: number;
}

/** Counts for one router. */
export class RouterStatistics {
  readonly #operation: string;
  #routes: ReadonlyMap<string, RouteStatistics>;
  /** Statistics of replaced routes: for executions that began before, and to keep the total. */
  readonly #former = new RouteStatistics();
  readonly #saved = new Sum();
  #unpriced = 0;
  #attempts = 0;
  #refusals = 0;

  constructor(operation: string, names: Iterable<string>) {
    this.#operation = operation;
    this.#routes = new Map(Array.from(names, (name) => [name, new RouteStatistics()]));
  }

  /** Goes on with these routes; those that stay keep their statistics. */
  keep(names: readonly string[]): void {
    for (const [name, route] of this.#routes) if (!names.includes(name)) this.#former.decisions += route.decisions;
    this.#routes = new Map(names.map((name) => [name, this.#routes.get(name) ?? new RouteStatistics()]));
  }

  decided(route: string): void {
    this.#of(route).decisions += 1;
  }

  refused(): void {
    this.#refusals += 1;
  }

  /** @returns the number of this attempt among all of the router's */
  attempted(route: string): number {
    this.#of(route).attempts += 1;
    this.#attempts += 1;
    return this.#attempts;
  }

  fellBack(from: string): void {
    this.#of(from).fallbacks += 1;
  }

  failed(route: string): void {
    this.#of(route).errors += 1;
  }

  answered(route: string, durationMs: number): void {
    this.#of(route).durations.add(durationMs);
  }

  /** @param estimatedUsd - the expected cost; counted if both are known, which keeps the sums comparable */
  priced(route: string, { costUsd, savedUsd }: RouteMoney, estimatedUsd: number | null): void {
    const of = this.#of(route);
    if (costUsd !== null) of.cost.add(costUsd);
    if (typeof savedUsd === 'number') this.#saved.add(savedUsd);
    if (costUsd === null || savedUsd === null) this.#unpriced += 1;
    if (costUsd !== null && estimatedUsd !== null) of.estimatedCostUsd += estimatedUsd;
  }

  snapshot(): RouterStats {
    const routes = Object.fromEntries(Array.from(this.#routes, ([name, route]) => [name, route.snapshot()]));
    const decisions = Array.from(this.#routes.values(), (route) => route.decisions);
    const total = decisions.reduce((sum, count) => sum + count, this.#refusals + this.#former.decisions);
    return {
      operation: this.#operation,
      total,
      routes,
      costSavingsUsd: this.#saved.value,
      unpriced: this.#unpriced,
      refusals: this.#refusals,
    };
  }

  #of(name: string): RouteStatistics {
    return this.#routes.get(name) ?? this.#former;
  }
}

class RouteStatistics {
  decisions = 0;
  attempts = 0;
  fallbacks = 0;
  errors = 0;
  estimatedCostUsd = 0;
  readonly cost = new Sum();
  readonly durations = new DurationWindow();

  snapshot(): RouteStats {
    const [p50Ms = null, p95Ms = null] = this.durations.percentilesMs(50, 95);
    const { decisions, attempts, fallbacks, errors, estimatedCostUsd } = this;
    return { decisions, attempts, fallbacks, errors, costUsd: this.cost.value, estimatedCostUsd, p50Ms, p95Ms };
  }
}

/** The statistics of a router in one line. */
export function describeStats({ operation, routes, costSavingsUsd, unpriced }: RouterStats): string {
  const each = Object.entries(routes).map(([route, { decisions, errors, costUsd, p50Ms, p95Ms }]) => {
    const speed = p50Ms === null || p95Ms === null ? '' : `, p50 ${p50Ms.toFixed(0)} ms, p95 ${p95Ms.toFixed(0)} ms`;
    return `${route} ${decisions} taken, ${errors} failed, $${costUsd.toFixed(6)}${speed}`;
  });
  return `RouterPrimitive(${operation}: ${each.join('; ')}; $${costSavingsUsd.toFixed(6)} saved, ${unpriced} unpriced)`;
}
