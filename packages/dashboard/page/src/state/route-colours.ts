import type { RouteInfo } from '../../../src/wire/index.ts';

/** Places in the ramp of blues, the most expensive route first. */
const RAMP = ['--route-1', '--route-2', '--route-3', '--route-4', '--route-5'] as const;
/** A route without a price, and each beyond the ramp. */
const OTHERS = '--route-0';

/**
 * Gives each route a colour of the ramp when it is first seen. It keeps that colour on every screen until the page is closed, also when a
 * cheaper route comes later.
 */
export class RouteColours {
  readonly #tokens = new Map<string, string>();
  #used = 0;

  /** Learns the routes that are not known yet; those that come together are placed by price. */
  learn(routes: readonly RouteInfo[]): void {
    const fresh = routes.filter(({ name }) => !this.#tokens.has(name));
    for (const { name, price } of [...fresh].sort((a, b) => priceOf(b) - priceOf(a))) {
      this.#tokens.set(name, price === null ? OTHERS : (RAMP[this.#used++] ?? OTHERS));
    }
  }

  /** The name of the token, such as `--route-2`. */
  tokenOf(route: string): string {
    return this.#tokens.get(route) ?? OTHERS;
  }

  /** Whether it shares the colour of "others". */
  isOther(route: string): boolean {
    return this.tokenOf(route) === OTHERS;
  }
}

/** Output weighs as much as input: enough to order list prices. */
function priceOf({ price }: RouteInfo): number {
  return price === null ? -1 : price.inUsd + price.outUsd;
}
