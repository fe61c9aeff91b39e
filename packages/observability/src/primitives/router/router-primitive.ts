import {
  checkFunction,
  checkNumber,
  followOutput,
  isStream,
  type NoteFact,
  type RunningStep,
  refusal,
  type WorkflowContext,
  WorkflowPrimitive,
} from 'tta-dev-primitives';
import { type Account, accountOf, setAccount } from '../../llm/account.ts';
import type { PriceSource } from '../../llm/price.ts';
import { StreamUsage } from '../../llm/stream-usage.ts';
import { modelOf, usageOf } from '../../llm/usage.ts';
import { type AnswerUsage, noteAnswer, type Pricing, priceAnswer } from './answer-price.ts';
import { type Decider, decide } from './decide.ts';
import { routerErrorTypeOf } from './error-type.ts';
import { describeStats, RouterStatistics, type RouterStats } from './router-statistics.ts';
import { namedRoute, type Route, type RouteInit, routesOf } from './routes.ts';
import { type RoutingFunction, type RoutingStrategy, strategyOf } from './strategy.ts';

export interface RouterOptions<I, Name extends string = string> {
  /** Picks the route: a function that names it, or a strategy. */
  readonly strategy: RoutingFunction<I> | RoutingStrategy<I>;
  /** The route taken when the strategy fails, is too slow, or names a route that there is not. */
  readonly defaultRoute: NoInfer<Name>;
  /**
   * The route that would have answered everything had there been no router; savings are claimed against it. It needs a `price` or
   * a `model` of its own. @defaultValue none, and then no saving is claimed
   */
  readonly baseline?: NoInfer<Name> | undefined;
  /** Where prices come from, for routes without one of their own. @defaultValue bundledPrices */
  readonly prices?: PriceSource | undefined;
  /** Names the router in spans and statistics. @defaultValue 'router' */
  readonly operation?: string | undefined;
  /** How long an asynchronous strategy may take, in milliseconds; never longer than the work's deadline. @defaultValue 10_000 */
  readonly decisionTimeoutMs?: number | undefined;
  /** Told why a strategy failed; without it, only the reason `routing_error_fallback` tells that it did. */
  readonly onStrategyError?: ((error: unknown) => void) | undefined;
}

/** An execution on its way through a route. */
interface TakenRoute<I, O> {
  readonly route: Route<I, O>;
  readonly context: WorkflowContext;
  readonly note: NoteFact;
  readonly startedAt: number;
}

/**
 * Sends each input to one of several routes, and keeps count of what each route costs, how fast it is and what was saved.
 *
 * A strategy that throws, rejects or takes too long costs the caller nothing but the default route (`routing_error_fallback`);
 * so does a route that there is not (`invalid_route_fallback`). Errors of the route itself pass through untouched.
 *
 * Answers are priced by the tokens that they say they used, those of a stream when it ends. An answer that does not say, a
 * stream that was left early or failed, and a model without a known price are counted as unpriced and never as free. Savings
 * are an estimate: the same tokens at the baseline's price, less their cost; losses are kept.
 *
 * An answer from a cache within a route costs nothing there; the cache states what it saved. Tokens and cost of a call are stated
 * by the innermost router only, while every router counts them in its own statistics.
 *
 * Work that its caller gave up is no error of the route, unless it was given up because the route took too long.
 *
 * @example
 * ```ts
 * const router = new RouterPrimitive(
 *   {
 *     fast: { step: askMini, model: 'gpt-4o-mini', provider: 'openai' },
 *     strong: { step: askLarge, model: 'gpt-4o', provider: 'openai' },
 *   },
 *   { strategy: (prompt: string) => (prompt.length < 500 ? 'fast' : 'strong'), defaultRoute: 'fast', baseline: 'strong' },
 * );
 * await router.execute('What is the capital of France?');
 * router.getStats().costSavingsUsd;
 * ```
 */
export class RouterPrimitive<I, O, Name extends string = string> extends WorkflowPrimitive<I, O> {
  override readonly kind = 'router';
  readonly #decider: Decider<I, O>;
  readonly #pricing: Pricing;
  readonly #statistics: RouterStatistics;

  /** @throws TypeError or RangeError that names the option, if there is no route, or a route or an option is not what it should be */
  constructor(routes: Readonly<Record<Name, RouteInit<I, O>>>, options: RouterOptions<I, Name>) {
    const { baseline, prices, operation = 'router', decisionTimeoutMs = 10_000, onStrategyError } = options;
    super(operation);
    checkNumber('RouterPrimitive', 'decisionTimeoutMs', decisionTimeoutMs, { atLeast: 0, allowInfinity: true });
    if (onStrategyError !== undefined) checkFunction('RouterPrimitive', 'onStrategyError', onStrategyError);
    if (prices !== undefined) checkFunction('RouterPrimitive', 'prices.price', prices?.price);
    if (typeof operation !== 'string' || operation === '') {
      throw new TypeError(refusal('RouterPrimitive', 'operation', operation, 'a name'));
    }
    const all = routesOf(routes);
    const strategy = strategyOf(options.strategy);
    const defaultRoute = namedRoute(all, 'defaultRoute', options.defaultRoute);
    this.#decider = { routes: all, strategy, defaultRoute, decisionTimeoutMs, onStrategyError };
    this.#pricing = { prices, baseline: baseline === undefined ? undefined : namedRoute(all, 'baseline', baseline) };
    this.#statistics = new RouterStatistics(all.keys());
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return [...this.#decider.routes.values()].map(({ step }) => step);
  }

  /** What became of all executions so far. */
  getStats(): RouterStats<Name> {
    return this.#statistics.snapshot();
  }

  override toString(): string {
    return describeStats(this.name, this.getStats());
  }

  protected async run(input: I, context: WorkflowContext, { note }: RunningStep): Promise<O> {
    const { route, reason } = await decide(this.#decider, input, context);
    note('router.route', route.name);
    note('router.reason', reason);
    if (route.provider !== undefined) note('llm.provider', route.provider);
    this.#statistics.decided(route.name);

    const taken: TakenRoute<I, O> = { route, context, note, startedAt: context.clock.now() };
    try {
      const output = await route.step.execute(input, context);
      if (isStream(output)) return this.#followed(output, taken);
      this.#answered(taken, { usage: usageOf(output), model: modelOf(output), account: takeAccount(output) });
      return output;
    } catch (error) {
      this.#failed(taken, error);
      throw error;
    }
  }

  #followed(stream: O, taken: TakenRoute<I, O>): O {
    const told = new StreamUsage();
    let account: Account | undefined;
    return followOutput(stream, {
      onChunk: (chunk) => {
        told.add(chunk);
        account = takeAccount(chunk) ?? account;
      },
      onEnd: (end) => {
        // Some SDKs end a stream that was aborted as if it were complete: without a usage it is not.
        const isWhole = end.kind === 'complete' && !(taken.context.isAborted && told.usage === undefined);
        if (isWhole) return this.#answered(taken, { usage: told.usage, model: told.model, account });
        if (end.kind === 'failed') this.#failed(taken, end.error);
        else if (taken.context.isAborted) this.#failed(taken, taken.context.signal.reason);
        this.#priced(taken, { usage: undefined, model: undefined, account });
      },
    });
  }

  #answered(taken: TakenRoute<I, O>, answer: AnswerUsage): void {
    this.#statistics.answered(taken.route.name, taken.context.clock.now() - taken.startedAt);
    this.#priced(taken, answer);
  }

  #priced({ route, context, note }: TakenRoute<I, O>, answer: AnswerUsage): void {
    const entry = priceAnswer(this.#pricing, route, answer, context);
    this.#statistics.priced(route.name, entry);
    noteAnswer(note, route, answer, entry);
  }

  #failed({ route, context, note }: TakenRoute<I, O>, error: unknown): void {
    const errorType = routerErrorTypeOf(context.isAborted ? context.signal.reason : error);
    if (context.isAborted && errorType !== 'timeout') return;
    this.#statistics.failed(route.name);
    note('router.errorType', errorType);
  }
}

/** How the money of an answer stands, from now on for everybody further out: whatever it costs, this router states it. */
function takeAccount(answer: unknown): Account | undefined {
  const account = accountOf(answer);
  if (account === undefined) setAccount(answer, 'stated');
  return account;
}
