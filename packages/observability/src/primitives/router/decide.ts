import { delayBehindOwner, type WorkflowContext } from 'tta-dev-primitives';
import { ignoreRejection } from '../ignore-rejection.ts';
import type { RouterReason } from './facts.ts';
import type { Route, Routes } from './routes.ts';
import type { RoutingDecision, RoutingStrategy } from './strategy.ts';

/** What decides, and within which bounds. */
export interface Decider<I, O> {
  readonly routes: Routes<I, O>;
  readonly strategy: RoutingStrategy<I>;
  readonly defaultRoute: Route<I, O>;
  readonly decisionTimeoutMs: number;
  readonly onStrategyError: ((error: unknown) => void) | undefined;
}

export interface Decision<I, O> {
  readonly route: Route<I, O>;
  readonly reason: string;
}

/**
 * Has the strategy pick a route, and takes the default route when it fails, is too slow or names a route that there is not.
 *
 * @throws only `context.signal.reason`, when the caller gives up meanwhile
 */
export async function decide<I, O>(
  decider: Decider<I, O>,
  input: I,
  context: WorkflowContext,
): Promise<Decision<I, O>> {
  const { routes, strategy, defaultRoute, decisionTimeoutMs, onStrategyError } = decider;
  let decision: RoutingDecision;
  try {
    const deciding = strategy.decide(input, context, [...routes.values()]);
    decision = isThenable(deciding) ? await within(decisionTimeoutMs, deciding, context) : deciding;
  } catch (error) {
    if (context.isAborted) throw context.signal.reason;
    tell(onStrategyError, error);
    return { route: defaultRoute, reason: 'routing_error_fallback' satisfies RouterReason };
  }
  const route = routes.get(decision?.route); // whatever an untyped strategy returns, it cannot break the work
  if (route === undefined) return { route: defaultRoute, reason: 'invalid_route_fallback' satisfies RouterReason };
  return { route, reason: reasonOf(decision, strategy) };
}

function reasonOf<I>({ reason }: RoutingDecision, { reasons }: RoutingStrategy<I>): string {
  const isOwnWord = reason !== undefined && reasons?.includes(reason) === true;
  return isOwnWord ? reason : ('routing_function' satisfies RouterReason);
}

/** Waits for a strategy no longer than its limit, the deadline of the work, or its cancellation, whichever is first. */
function within<T>(limitMs: number, work: PromiseLike<T>, context: WorkflowContext): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  work.then(resolve, reject);
  const waitMs = Math.min(limitMs, delayBehindOwner(context.remainingMs()));
  const timer = context.clock.setTimer(() => {
    reject(new DOMException(`the strategy has not decided within ${waitMs} ms`, 'TimeoutError'));
  }, waitMs);
  const forget = context.onAbort(reject);
  return promise.finally(() => {
    timer.cancel();
    forget();
  });
}

function isThenable(value: unknown): value is PromiseLike<RoutingDecision> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function tell(onStrategyError: Decider<never, never>['onStrategyError'], error: unknown): void {
  try {
    ignoreRejection(onStrategyError?.(error));
  } catch {
    // The report of a failure failed; the work goes on by the default route all the same.
  }
}
