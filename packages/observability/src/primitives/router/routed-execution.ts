import { firstChunkOf } from 'tta-dev-primitives';
import { allFailed, isOngoing } from 'tta-dev-primitives/internal';
import { Attempt, type RoutedRequest } from './attempt.ts';
import type { Decision } from './decide.ts';
import type { RouterFallbackCause } from './facts.ts';
import type { FallbackSettings } from './health/fallback.ts';
import { availableRoutes } from './live/available.ts';
import { RoutePlace } from './live/route-place.ts';
import type { Route } from './routes.ts';
import { settleQuietly } from './settle.ts';
import { isPromiseLike } from './strategy.ts';
import { strategyInTime } from './strategy-in-time.ts';

/**
 * Takes the route that was decided on, and while it fails, the next one that would do as well; settles the decision when everything
 * has ended.
 */
export class RoutedExecution<I, O> {
  readonly #request: RoutedRequest<I>;
  readonly #decision: Decision<I, O>;
  readonly #fallback: FallbackSettings<I, O> | undefined;
  readonly #untried: Set<Route<I, O>>;
  readonly #errors: unknown[] = [];
  /** The place that came with the decision, until an attempt has taken it over. */
  #place: RoutePlace | undefined;
  #attempts = 0;
  #running = 0;
  #left: { readonly route: string; readonly errorType: RouterFallbackCause } | undefined;
  #isOver = false;
  #spentUsd: number | null = 0;

  /** @param routes - all routes of the router, which a fallback may go on to */
  constructor(
    request: RoutedRequest<I>,
    decision: Decision<I, O>,
    routes: readonly Route<I, O>[],
    fallback: FallbackSettings<I, O> | undefined,
  ) {
    this.#request = request;
    this.#decision = decision;
    this.#fallback = fallback;
    this.#place = decision.place;
    const { route, among = routes } = decision;
    const others = fallback === undefined ? [] : (fallback.routes ?? among).filter((other) => among.includes(other));
    this.#untried = new Set(others);
    this.#untried.delete(route);
  }

  /**
   * @throws the untouched error if one route was tried; for several, an error with the class and fields of the one that may pass soonest
   */
  async run(): Promise<O> {
    try {
      const first = this.#first();
      let route: Route<I, O> | undefined = isPromiseLike(first) ? await first : first;
      for (; route !== undefined; route = await this.#next()) {
        const attempt = this.#attempt(route);
        try {
          const output = await attempt.run();
          if (!this.#mayStillFallBack(output)) return output;
          return await firstChunkOf(output, this.#request.context, { isRequired: true });
        } catch (error) {
          this.#errors.push(error);
          const errorType = attempt.errorTypeOf(error);
          if (errorType === undefined || this.#request.context.isAborted || !this.#mayBeMended(error)) break;
          this.#left = { route: route.name, errorType };
        }
      }
      throw this.#failure();
    } finally {
      this.#place?.leave();
      this.#isOver = true;
      this.#settleIfOver();
    }
  }

  /** The route that was decided on, unless it may not be taken now and one that would do as well may. */
  #first(): Route<I, O> | Promise<Route<I, O>> {
    const { route, reason } = this.#decision;
    const { note, context } = this.#request;
    note('router.route', route.name);
    note('router.reason', reason);
    if (this.#untried.size === 0 || this.#decision.place.isProbe) return route;
    if (route.state.isAvailable(context.clock.now())) return route;
    const [leastBad] = availableRoutes([route, ...this.#untried], context.clock.now());
    if (leastBad === route) return route;
    this.#left = { route: route.name, errorType: 'unavailable' };
    return this.#instead(route, leastBad);
  }

  async #instead(route: Route<I, O>, leastBad: Route<I, O> | undefined): Promise<Route<I, O>> {
    return this.#take(await this.#allowed(leastBad)) ?? this.#stay(route);
  }

  /** A route that cools down is not tried once another was: its provider has asked, or needs, to be left alone. */
  async #next(): Promise<Route<I, O> | undefined> {
    const { context } = this.#request;
    if (context.remainingMs() === 0 || this.#attempts >= (this.#fallback?.maxAttempts ?? 1)) return undefined;
    return this.#take(await this.#allowed());
  }

  /** The first untried route that is available, or else `otherwise`, if the strategy lets it be taken. */
  async #allowed(otherwise?: Route<I, O>): Promise<Route<I, O> | undefined> {
    const now = this.#request.context.clock.now();
    const available = [...this.#untried].filter(({ state }) => state.isAvailable(now));
    const wanted = available.length === 0 && otherwise !== undefined ? [otherwise] : available;
    for (const route of wanted) if (await this.#mayTake(route)) return route;
    return undefined;
  }

  /** A strategy that cannot tell any more must not take the place of the error that led here. */
  async #mayTake({ name }: Route<I, O>): Promise<boolean> {
    const { context, decisionTimeoutMs } = this.#request;
    try {
      const answer = this.#decision.mayTake?.(name) ?? true;
      return isPromiseLike(answer) ? await strategyInTime(decisionTimeoutMs, Promise.resolve(answer), context) : answer;
    } catch {
      return false;
    }
  }

  #stay(route: Route<I, O>): Route<I, O> {
    this.#left = undefined;
    return route;
  }

  #take(route: Route<I, O> | undefined): Route<I, O> | undefined {
    if (route === undefined || this.#left === undefined) return undefined;
    const { note, statistics } = this.#request;
    this.#untried.delete(route);
    note('router.fallback', this.#left);
    note('router.route', route.name);
    statistics.fellBack(this.#left.route);
    this.#left = undefined;
    return route;
  }

  #attempt(route: Route<I, O>): Attempt<I, O> {
    const { note, context, prompt } = this.#request;
    const { costUsd } = route.estimate(prompt, context);
    if (costUsd !== null) note('router.estimatedCostUsd', costUsd);
    this.#attempts += 1;
    this.#running += 1;
    return new Attempt(this.#request, route, this.#placeOn(route), costUsd, (spentUsd) => {
      this.#spentUsd = this.#spentUsd === null || spentUsd === null ? null : this.#spentUsd + spentUsd;
      this.#running -= 1;
      this.#settleIfOver();
    });
  }

  #placeOn(route: Route<I, O>): RoutePlace {
    const place = this.#place;
    this.#place = undefined;
    if (place !== undefined && route === this.#decision.route) return place;
    place?.leave();
    return new RoutePlace(route.state, this.#request.context.clock.now());
  }

  /** With a fallback a stream is handed over when it has begun, because from then on no other route can take its place. */
  #mayStillFallBack(output: O): output is O & object {
    return this.#untried.size > 0 && isOngoing(output);
  }

  #mayBeMended(error: unknown): boolean {
    try {
      return this.#fallback?.when(error) ?? false;
    } catch (mistake) {
      this.#errors.push(mistake);
      return false;
    }
  }

  #failure(): unknown {
    if (this.#errors.length === 1) return this.#errors[0];
    const message = `every route that was tried failed (${this.#errors.length})`;
    return allFailed(this.#errors, message, this.#request.context.clock.epochMs());
  }

  #settleIfOver(): void {
    if (this.#isOver && this.#running === 0) settleQuietly(this.#decision.settle, { costUsd: this.#spentUsd });
  }
}
