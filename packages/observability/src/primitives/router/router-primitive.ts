import { type RunningStep, type WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import { requestOf } from 'tta-dev-primitives/internal';
import type { Prompt } from '../../llm/prompt/prompt.ts';
import { summariseSavings } from '../savings-summary.ts';
import type { RoutedRequest } from './attempt.ts';
import { candidatesOf } from './candidates.ts';
import { decide } from './decide.ts';
import { refusalReasonOf } from './refusal.ts';
import { RoutedExecution } from './routed-execution.ts';
import { type RouterOptions, type RouterSettings, routerSettingsOf } from './router-options.ts';
import { describeStats, RouterStatistics, type RouterStats } from './router-statistics.ts';
import { summariseRoute } from './router-summary.ts';
import type { RouteInit } from './routes.ts';
import { isPromiseLike, isRefusal } from './strategy.ts';

summariseRoute();
summariseSavings();

/**
 * Sends each input to one of several routes, and counts what each route costs, how fast it is and what was saved.
 *
 * If a strategy throws, rejects or takes too long, the default route is used (`routing_error_fallback`). The same applies if it names an
 * unknown route (`invalid_route_fallback`). Errors of the route itself are passed on unchanged.
 *
 * With `fallback`, the next route replaces a route that fails temporarily, within the same deadline. A stream can be replaced until its
 * first chunk. A route that keeps failing cools down. A route behind an open circuit is skipped, unless no other route is left.
 *
 * Each route is a model call (see `modelCall`), unless it contains model calls already. The cost of a route is the sum of the model calls
 * beneath it, failed attempts included. Unpriced: streams that end early or fail, answers that state no usage, and models without a known
 * price. They are never counted as free. Savings are an estimate: the same tokens at the baseline's price, minus their cost. Losses count.
 *
 * An answer from a cache inside a route costs nothing there. The cache states what it saved.
 *
 * Work that its caller cancelled is not an error of the route, unless the route took too long.
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
  protected override readonly endsWithContext = true;
  readonly #options: RouterOptions<I, Name>;
  readonly #statistics: RouterStatistics;
  #settings: RouterSettings<I, O>;
  #closing: Promise<void> | undefined;

  /** @throws TypeError or RangeError that names the option, if there is no route, or a route or an option is not what it should be */
  constructor(routes: Readonly<Record<Name, RouteInit<I, O>>>, options: RouterOptions<I, Name>) {
    const settings = routerSettingsOf(routes, options);
    super(settings.operation);
    this.#options = options;
    this.#settings = settings;
    this.#statistics = new RouterStatistics(settings.operation, settings.decider.routes.keys());
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return this.#settings.decider.all.map(({ step }) => step);
  }

  /** The results of all executions so far. */
  getStats(): RouterStats<Name> {
    return this.#statistics.snapshot();
  }

  override toString(): string {
    return describeStats(this.getStats());
  }

  /**
   * Uses other routes from now on. A route that keeps its name keeps its health, latencies, token counts and
   * statistics. The data of removed routes is dropped. Running executions finish on their old routes.
   *
   * @throws TypeError or RangeError as the constructor, for example if there is no `defaultRoute` any more; then
   * nothing changes
   * @example
   * ```ts
   * router.replaceRoutes({ small: { step: askMini, model: 'gpt-4o-mini' }, large: { step: askLarge, model: 'gpt-4o' } });
   * ```
   */
  replaceRoutes(routes: Readonly<Record<string, RouteInit<I, O>>>): void {
    const settings = routerSettingsOf<I, O, string>(routes, this.#options, this.#settings.decider.routes);
    this.#settings = settings;
    this.#statistics.keep([...settings.decider.routes.keys()]);
  }

  /**
   * Closes the strategy, if it holds something to close. A router has no timer and no connection of its own. May be called more than once.
   */
  close(): Promise<void> {
    this.#closing ??= this.#closeStrategy();
    return this.#closing;
  }

  /** A strategy that throws rejects the promise. */
  async #closeStrategy(): Promise<void> {
    await this.#settings.decider.strategy.close?.();
  }

  /** Not an async function, which would cost each request several turns of the queue where the strategy answers at once. */
  protected run(input: I, context: WorkflowContext, step: RunningStep): Promise<O> {
    const settings = this.#settings; // they may be replaced meanwhile
    const prompt = settings.promptOf(input);
    const decision = decide(settings.decider, input, context, prompt);
    const follow = (decided: Awaited<typeof decision>): Promise<O> =>
      this.#follow(settings, decided, input, context, prompt, step);
    return isPromiseLike(decision) ? decision.then(follow) : follow(decision);
  }

  #follow(
    { decider, pricing, fallback }: RouterSettings<I, O>,
    decision: Awaited<ReturnType<typeof decide<I, O>>>,
    input: I,
    context: WorkflowContext,
    prompt: Prompt,
    { note, call }: RunningStep,
  ): Promise<O> {
    const { all, strategy } = decider;
    if (strategy.name !== undefined) note('router.strategy', strategy.name);
    if (requestOf(context) !== undefined) {
      if (!isRefusal(decision) && decision.score !== undefined) note('router.score', decision.score);
      note('router.candidates', candidatesOf(all, prompt, context));
    }
    if (isRefusal(decision)) {
      this.#statistics.refused();
      note('router.refusal', refusalReasonOf(decision.refusal));
      return Promise.reject(decision.refusal);
    }
    this.#statistics.decided(decision.route.name);
    const request: RoutedRequest<I> = {
      input,
      context,
      note,
      call,
      prompt,
      pricing,
      decisionTimeoutMs: decider.decisionTimeoutMs,
      statistics: this.#statistics,
    };
    return new RoutedExecution(request, decision, all, fallback).run();
  }
}
