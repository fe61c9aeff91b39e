import { refusal, type WorkflowContext } from 'tta-dev-primitives';
import type { RouteCandidate } from './routes.ts';

/** Names the route for an input: the original's `router_fn`. */
export type RoutingFunction<I> = (input: I, context: WorkflowContext) => string | PromiseLike<string>;

/** What a strategy picked. */
export interface RoutingDecision {
  readonly route: string;
  /** Why, in one of the strategy's own words ({@link RoutingStrategy.reasons}). @defaultValue 'routing_function' */
  readonly reason?: string | undefined;
}

/** Picks the route for each input. It may be asked for many inputs at once. */
export interface RoutingStrategy<I> {
  /**
   * Every reason it may give. Reasons become values of a metric, so the set is closed: a reason that is not in it is reported as
   * `routing_function`.
   */
  readonly reasons?: readonly string[] | undefined;
  /** @throws anything, when it cannot decide: then the default route is taken */
  decide(
    input: I,
    context: WorkflowContext,
    candidates: readonly RouteCandidate[],
  ): RoutingDecision | PromiseLike<RoutingDecision>;
}

/** Any strategy as an object. @throws TypeError if it is neither a function nor a strategy */
export function strategyOf<I>(strategy: RoutingFunction<I> | RoutingStrategy<I>): RoutingStrategy<I> {
  if (typeof strategy === 'function') {
    return {
      decide(input, context) {
        const route = strategy(input, context);
        return typeof route === 'string' ? { route } : Promise.resolve(route).then((name) => ({ route: name }));
      },
    };
  }
  if (typeof strategy === 'object' && strategy !== null && typeof strategy.decide === 'function') return strategy;
  throw new TypeError(refusal('RouterPrimitive', 'strategy', strategy, 'a function or an object with decide()'));
}
