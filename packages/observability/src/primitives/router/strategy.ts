import type { WorkflowContext } from 'tta-dev-primitives';
import { refusal } from 'tta-dev-primitives/internal';
import type { LedgerScore } from '../../llm/money/ledger/entry.ts';
import type { Prompt } from '../../llm/prompt/prompt.ts';
import type { RouteCandidate } from './routes.ts';

/** Names the route for an input: the original's `router_fn`. */
export type RoutingFunction<I> = (input: I, context: WorkflowContext) => string | PromiseLike<string>;

/** The result of a decision, once its execution has ended. */
export interface Settlement {
  /** What its answer cost, over all attempts, in US dollars; 0 when nothing was answered, null when that is not known. */
  readonly costUsd: number | null;
}

/** What a strategy picked. */
export interface RoutingDecision {
  readonly route: string;
  /** Why, in one of the strategy's own words ({@link RoutingStrategy.reasons}). @defaultValue 'routing_function' */
  readonly reason?: string | undefined;
  /** The score that the choice follows from, for a strategy with thresholds; it is in reports and ledgers. @defaultValue none */
  readonly score?: LedgerScore | undefined;
  /** The routes that would do as well, best first. A fallback uses no others. @defaultValue all routes of the router */
  readonly among?: readonly string[] | undefined;
  /** Asked before a fallback takes another route, which may cost more; `false` spares it. @defaultValue any may be taken */
  readonly mayTake?: ((route: string) => boolean | PromiseLike<boolean>) | undefined;
  /** Called once, when the execution has ended in whatever way, a stream at its end. */
  readonly settle?: ((settlement: Settlement) => void) | undefined;
}

/** The verdict of a strategy that rules routes out and leaves the choice among the others to the next strategy. */
export interface RouteNarrowing {
  /** The names of the routes that are left; none when no route can take the request. */
  readonly only: readonly string[];
  /** The reason if no strategy chooses, and the default route or the first one left is taken. */
  readonly reason?: string | undefined;
}

/** The verdict of a strategy that refuses the request: the execution fails with this error, and no route is called. */
export interface RoutingRefusal {
  readonly refusal: Error;
}

/** A decision, a narrowing, a refusal, or undefined: no opinion, ask the next one. */
export type RoutingVerdict = RoutingDecision | RouteNarrowing | RoutingRefusal | undefined;

/**
 * Counts the request as under way on a route before its verdict has reached the router, which gives the place back unless it takes that
 * route. A second call moves the place.
 */
export type ClaimRoute = (route: string) => void;

/**
 * Picks the route for each input. It may be asked for many inputs at once.
 *
 * @typeParam Name - the routes that it names by itself; `never` when it takes whatever routes there are
 */
export interface RoutingStrategy<I, Name extends string = never> {
  /** Names it in reports and ledgers: `byCost`, `firstOf(byRules, byCost)`. Not in metrics. @defaultValue nothing is stated */
  readonly name?: string | undefined;
  /**
   * Every reason it may give. Reasons become values of a metric, so the set is closed: a reason that is not in it is reported as
   * `routing_function`.
   */
  readonly reasons?: readonly string[] | undefined;
  /** The routes that it names by itself; a router that has not all of them refuses the strategy when it is made. */
  readonly routes?: readonly Name[] | undefined;
  /**
   * @param candidates - the routes that may be taken now: neither cooling down nor behind an open circuit, nor ruled out before
   * @param prompt - what the input asks, as `promptOf` reads it
   * @param claim - for a strategy that picks by `inFlight`: call it when the route is picked, and requests that are decided meanwhile
   * see this one. A wrapper hands it on. A verdict given at once needs no claim.
   * @throws anything, when it cannot decide: then the default route is taken
   */
  decide(
    input: I,
    context: WorkflowContext,
    candidates: readonly RouteCandidate[],
    prompt: Prompt,
    claim?: ClaimRoute,
  ): RoutingVerdict | PromiseLike<RoutingVerdict>;
  /** Called once when the router is closed, for a strategy that holds a timer or a connection. */
  close?(): void | PromiseLike<void>;
}

/** A strategy, or a function that is one. */
export type AnyStrategy<I, Name extends string = never> = RoutingFunction<I> | RoutingStrategy<I, Name>;

/** Any strategy as an object. @throws TypeError if it is neither a function nor a strategy */
export function strategyOf<I, Name extends string>(
  strategy: AnyStrategy<I, Name>,
  owner = 'RouterPrimitive',
  option = 'strategy',
): RoutingStrategy<I, Name> {
  if (typeof strategy === 'function') {
    return {
      decide(input: I, context: WorkflowContext): RoutingVerdict | PromiseLike<RoutingVerdict> {
        const route = strategy(input, context);
        return typeof route === 'string' ? { route } : Promise.resolve(route).then((name) => ({ route: name }));
      },
    };
  }
  if (typeof strategy === 'object' && strategy !== null && typeof strategy.decide === 'function') return strategy;
  throw new TypeError(refusal(owner, option, strategy, 'a function or an object with decide()'));
}

/** The name of a strategy made of others: `bySticky(byCost)`. */
export function nameWith(outer: string, strategies: readonly RoutingStrategy<never, string>[]): string {
  return `${outer}(${strategies.map(({ name = 'function' }) => name).join(', ')})`;
}

/** Every reason of several strategies. */
export function reasonsOf(strategies: readonly RoutingStrategy<never, string>[]): readonly string[] {
  return [...new Set(strategies.flatMap(({ reasons }) => reasons ?? []))];
}

/** Every route that several strategies name by themselves. */
export function routesOfStrategies<Name extends string>(
  strategies: readonly RoutingStrategy<never, Name>[],
): readonly Name[] {
  return [...new Set(strategies.flatMap(({ routes }) => routes ?? []))];
}

/** Closes the strategies that a strategy is made of. */
export async function closeStrategies(strategies: readonly RoutingStrategy<never, string>[]): Promise<void> {
  await Promise.all(strategies.map((each) => each.close?.()));
}

/** Goes on with a value, at once when it is there. */
export function whenKnown<V, T>(value: V | PromiseLike<V>, goOn: (value: V) => T | PromiseLike<T>): T | PromiseLike<T> {
  return isPromiseLike(value) ? value.then(goOn) : goOn(value);
}

export function isPromiseLike<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

export function isRefusal(verdict: object | undefined): verdict is RoutingRefusal {
  return typeof verdict === 'object' && verdict !== null && 'refusal' in verdict;
}

export function isNarrowing(verdict: RoutingVerdict): verdict is RouteNarrowing {
  return typeof verdict === 'object' && verdict !== null && 'only' in verdict;
}
