import type { Route, Routes } from '../routes.ts';
import { RoutePlace } from './route-place.ts';

/**
 * The place that a request holds while its route is being decided, which makes requests decided in the same turn see each other. A request
 * holds at most one place, and releases it if its decision ends without that route.
 */
export class RouteClaim<I, O> {
  readonly #routes: Routes<I, O>;
  readonly #now: number;
  #route: Route<I, O> | undefined;
  #place: RoutePlace | undefined;
  #isClosed = false;

  constructor(routes: Routes<I, O>, now: number) {
    this.#routes = routes;
    this.#now = now;
  }

  /** Given to strategies; a name that is no route, or a claim after the decision, does nothing. */
  readonly take = (name: string): void => {
    const route = this.#routes.get(name);
    if (route !== undefined && !this.#isClosed) this.#move(route);
  };

  /** The place on the route that was decided on; its new owner leaves it. */
  handOver(route: Route<I, O>): RoutePlace {
    const place = this.#move(route);
    this.#place = undefined;
    return place;
  }

  /** Gives up a place that was not handed over. */
  close(): void {
    this.#isClosed = true;
    this.#place?.leave();
    this.#place = undefined;
  }

  #move(route: Route<I, O>): RoutePlace {
    if (this.#place !== undefined && this.#route === route) return this.#place;
    this.#place?.leave();
    this.#route = route;
    this.#place = new RoutePlace(route.state, this.#now);
    return this.#place;
  }
}
