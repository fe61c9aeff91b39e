import type { WorkflowContext } from 'tta-dev-primitives';
import type { LedgerScore } from '../../llm/money/ledger/entry.ts';
import { isHeldOut } from '../../llm/money/ledger/hold-out.ts';
import type { Prompt } from '../../llm/prompt/prompt.ts';
import type { RouterReason } from './facts.ts';
import { availableRoutes } from './live/available.ts';
import { RouteClaim } from './live/route-claim.ts';
import type { RoutePlace } from './live/route-place.ts';
import { report } from './report.ts';
import type { Route, Routes } from './routes.ts';
import { NOTHING_SPENT, settleQuietly } from './settle.ts';
import {
  isNarrowing,
  isPromiseLike,
  isRefusal,
  type RouteNarrowing,
  type RoutingDecision,
  type RoutingRefusal,
  type RoutingStrategy,
  type RoutingVerdict,
} from './strategy.ts';
import { strategyInTime } from './strategy-in-time.ts';

/** What decides, and within which bounds. */
export interface Decider<I, O> {
  readonly routes: Routes<I, O>;
  /** The same routes, in their order. */
  readonly all: readonly Route<I, O>[];
  readonly strategy: RoutingStrategy<I, string>;
  readonly defaultRoute: Route<I, O>;
  /** Taken by requests that go without savings. */
  readonly baseline: Route<I, O> | undefined;
  readonly decisionTimeoutMs: number;
  readonly onStrategyError: ((error: unknown) => void) | undefined;
}

/** The route to take, and what its strategy has said about it. */
interface Choice<I, O> {
  readonly route: Route<I, O>;
  readonly reason: string;
  readonly score: LedgerScore | undefined;
  /** The routes that would do as well, best first; undefined where the strategy has not said. */
  readonly among: readonly Route<I, O>[] | undefined;
  readonly mayTake: RoutingDecision['mayTake'];
  readonly settle: RoutingDecision['settle'];
}

export interface Decision<I, O> extends Choice<I, O> {
  /** Held on the route since it was chosen; the execution of the decision releases it. */
  readonly place: RoutePlace;
}

/** A decision, or the strategy's refusal to send the request anywhere. */
type Decided<I, O> = Decision<I, O> | RoutingRefusal;

/**
 * Has the strategy pick a route, and takes the default route when it fails, is too slow, has no opinion or names a route that there
 * is not. A strategy that answers at once is followed at once, before anything else is decided.
 *
 * @returns a promise only for a strategy that gives one
 * @throws only `context.signal.reason`, when the caller gives up meanwhile
 */
export function decide<I, O>(
  decider: Decider<I, O>,
  input: I,
  context: WorkflowContext,
  prompt: Prompt,
): Decided<I, O> | Promise<Decided<I, O>> {
  const { all, routes, strategy, baseline } = decider;
  const now = context.clock.now();
  const claim = new RouteClaim(routes, now);
  if (baseline !== undefined && isHeldOut(context)) return withPlace(taken(baseline, 'hold_out'), claim);
  let isLater = false;
  try {
    const deciding = strategy.decide(input, context, availableRoutes(all, now), prompt, claim.take);
    isLater = isPromiseLike(deciding);
    return isPromiseLike(deciding)
      ? decideLater(decider, deciding, context, claim)
      : followed(decider, deciding, claim);
  } catch (error) {
    return undecided(decider, error, context, claim);
  } finally {
    if (!isLater) claim.close();
  }
}

async function decideLater<I, O>(
  decider: Decider<I, O>,
  deciding: PromiseLike<RoutingVerdict>,
  context: WorkflowContext,
  claim: RouteClaim<I, O>,
): Promise<Decided<I, O>> {
  try {
    return followed(decider, await verdictInTime(decider.decisionTimeoutMs, deciding, context), claim);
  } catch (error) {
    return undecided(decider, error, context, claim);
  } finally {
    claim.close();
  }
}

function followed<I, O>(decider: Decider<I, O>, verdict: RoutingVerdict, claim: RouteClaim<I, O>): Decided<I, O> {
  return isRefusal(verdict) ? verdict : withPlace(choiceOf(decider, verdict), claim);
}

function undecided<I, O>(
  decider: Decider<I, O>,
  error: unknown,
  context: WorkflowContext,
  claim: RouteClaim<I, O>,
): Decision<I, O> {
  if (context.isAborted) throw context.signal.reason;
  report(decider.onStrategyError, error);
  return withPlace(byDefault(decider, 'routing_error_fallback'), claim);
}

function withPlace<I, O>(choice: Choice<I, O>, claim: RouteClaim<I, O>): Decision<I, O> {
  return { ...choice, place: claim.handOver(choice.route) };
}

function choiceOf<I, O>(decider: Decider<I, O>, verdict: Exclude<RoutingVerdict, RoutingRefusal>): Choice<I, O> {
  if (isNarrowing(verdict)) return amongThoseLeft(decider, verdict);
  return verdict === undefined ? byDefault(decider, 'default_route') : byChoice(decider, verdict);
}

/** Whatever an untyped strategy returns, it cannot break the work. */
function byChoice<I, O>(decider: Decider<I, O>, decision: RoutingDecision): Choice<I, O> {
  const { routes, strategy } = decider;
  const route = routes.get(decision?.route);
  const { settle, mayTake, score } = decision ?? {};
  if (route === undefined) {
    settleQuietly(settle, NOTHING_SPENT);
    return byDefault(decider, 'invalid_route_fallback');
  }
  const reason = reasonOf(decision, strategy);
  return { route, reason, score, among: routesNamed(routes, decision.among), mayTake, settle };
}

function amongThoseLeft<I, O>(decider: Decider<I, O>, narrowing: RouteNarrowing): Choice<I, O> {
  const { routes, defaultRoute, strategy } = decider;
  const among = routesNamed(routes, narrowing.only) ?? [];
  const route = among.includes(defaultRoute) ? defaultRoute : among[0];
  if (route === undefined) return byDefault(decider, 'no_route_fits');
  const reason = narrowing.reason === undefined ? 'default_route' : reasonOf(narrowing, strategy);
  return { route, reason, score: undefined, among, mayTake: undefined, settle: undefined };
}

function byDefault<I, O>({ defaultRoute }: Decider<I, O>, reason: RouterReason): Choice<I, O> {
  return taken(defaultRoute, reason);
}

/** A route that no strategy has chosen. */
function taken<I, O>(route: Route<I, O>, reason: RouterReason): Choice<I, O> {
  return { route, reason, score: undefined, among: undefined, mayTake: undefined, settle: undefined };
}

function routesNamed<I, O>(
  routes: Routes<I, O>,
  names: readonly string[] | undefined,
): readonly Route<I, O>[] | undefined {
  return names?.map((name) => routes.get(name)).filter((route) => route !== undefined);
}

function reasonOf<I>(
  { reason }: { readonly reason?: string | undefined },
  { reasons }: RoutingStrategy<I, string>,
): string {
  const isOwnWord = reason !== undefined && reasons?.includes(reason) === true;
  return isOwnWord ? reason : ('routing_function' satisfies RouterReason);
}

async function verdictInTime(
  limitMs: number,
  work: PromiseLike<RoutingVerdict>,
  context: WorkflowContext,
): Promise<RoutingVerdict> {
  const deciding = Promise.resolve(work);
  try {
    return await strategyInTime(limitMs, deciding, context);
  } catch (error) {
    deciding.then(release, () => {});
    throw error;
  }
}

/** A decision that comes too late is not followed, and must not hold what it has reserved. */
function release(verdict: RoutingVerdict): void {
  if (typeof verdict === 'object' && verdict !== null && 'settle' in verdict)
    settleQuietly(verdict.settle, NOTHING_SPENT);
}
