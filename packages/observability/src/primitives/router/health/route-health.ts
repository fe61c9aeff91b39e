import { type OptionRule, option, refusal } from 'tta-dev-primitives/internal';
import { RouteLatencies } from '../live/route-latencies.ts';
import { Cooldown, type CooldownOptions, type CooldownSettings, cooldownSettingsOf } from './cooldown.ts';

/**
 * What is known of a deployment by having called it: whether it cools down, how long it takes to begin its answers, and how many requests are under
 * way. Made by {@link routeHealth}.
 */
export class RouteHealth {
  /** Attempts that have not ended; a stream counts until its end. */
  inFlight = 0;
  readonly latencies: RouteLatencies = new RouteLatencies();
  readonly cooldown: Cooldown | undefined;

  /** @param cooldown - undefined for a deployment that never cools down */
  constructor(cooldown: CooldownSettings | undefined) {
    this.cooldown = cooldown && new Cooldown(cooldown);
  }
}

/**
 * The health of one deployment, for every route that uses it, in one router or in several: where one of them finds that the deployment fails, all
 * leave it alone, and one request finds out for all when it works again. Latencies and requests under way are shared too.
 *
 * @param cooldown - when it cools down; `false` for never @defaultValue as for a router's option `cooldown`
 * @throws TypeError or RangeError naming the option if an option is wrong
 * @example
 * ```ts
 * const eu = routeHealth({ cooldownMs: 30_000 });
 * const fast = new RouterPrimitive({ eu: { step: askEu, health: eu }, us: askUs }, { strategy: byLatency(), defaultRoute: 'eu' });
 * const cheap = new RouterPrimitive({ eu: { step: askEu, health: eu }, mini: askMini }, { strategy: byCost(), defaultRoute: 'mini' });
 * ```
 */
export function routeHealth(cooldown: CooldownOptions | false = {}): RouteHealth {
  return new RouteHealth(cooldown === false ? undefined : cooldownSettingsOf('routeHealth', cooldown));
}

/** An option that holds the health of a route. */
export const healthOption: OptionRule<undefined> = option((owner, name, value) => {
  if (!(value instanceof RouteHealth)) throw new TypeError(refusal(owner, name, value, 'what routeHealth() returns'));
});
