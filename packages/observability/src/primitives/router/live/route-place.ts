import type { RouteState } from './route-state.ts';

/** The place of one request on a route, from the moment the route is chosen until the output has ended. */
export class RoutePlace {
  readonly #state: RouteState;
  readonly #endProbe: (() => void) | undefined;
  #isLeft = false;

  constructor(state: RouteState, now: number) {
    this.#state = state;
    this.#endProbe = state.cooldown?.taken(now);
    state.health.inFlight += 1;
  }

  /** Whether this request finds out if the route works again after a cooldown. */
  get isProbe(): boolean {
    return this.#endProbe !== undefined;
  }

  leave(): void {
    if (this.#isLeft) return;
    this.#isLeft = true;
    this.#state.health.inFlight -= 1;
    this.#endProbe?.();
  }
}
