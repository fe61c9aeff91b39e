import type { WorkflowContext } from 'tta-dev-primitives';
import {
  functionOption,
  methodsOption,
  nameOption,
  numberOption,
  type OptionRules,
  readOptions,
  required,
} from 'tta-dev-primitives/internal';
import type { BudgetWindow } from '../../../limits/budget-window.ts';
import { Budgets } from '../../../limits/budgets.ts';
import type { LimitStore } from '../../../limits/limit-store.ts';
import type { Prompt } from '../../../llm/prompt/prompt.ts';
import type { RouteCandidate } from '../routes.ts';
import {
  type AnyStrategy,
  closeStrategies,
  isRefusal,
  nameWith,
  type RoutingStrategy,
  type RoutingVerdict,
  reasonsOf,
  routesOfStrategies,
  strategyOf,
  whenKnown,
} from '../strategy.ts';
import { BudgetExceededError } from './budget/budget-exceeded-error.ts';
import { type PricedRoute, reserveRoute } from './budget/reserve-route.ts';
import { OwnBudget, type ScopeBudget, SharedBudget } from './budget/scope-budget.ts';

export interface BudgetOptions {
  /** What may be spent in one window, in US dollars. */
  readonly limitUsd: number;
  /**
   * The length of a window, in milliseconds. Windows begin at multiples of it since the Unix epoch: 86_400_000 is a day in UTC.
   */
  readonly windowMs: number;
  /**
   * The owner of the budget, such as `({ tenantId }) => tenantId`. Each scope has its own budget. @defaultValue one
   * budget for all
   */
  readonly scope?: ((context: WorkflowContext) => string | undefined) | undefined;
  /** How many scopes have their own budget in one window. Later scopes share one budget. @defaultValue 10_000 */
  readonly maxScopes?: number | undefined;
  /**
   * The share of the budget that may be spent at once; the rest becomes available evenly over the window. A request
   * ahead of that pace gets the cheapest route instead of the preferred one. 1 turns pacing off. @defaultValue 0.25
   */
  readonly burst?: number | undefined;
  /**
   * The longest answer to expect, in output tokens, if a request does not limit its answer (`max_tokens` and similar).
   * The lower this is, the more requests fit at once. @defaultValue 4_096
   */
  readonly maxOutputTokens?: number | undefined;
  /**
   * Where spending is counted: `redisLimits()` shares budgets between processes. Strategies with the same store and
   * `operation` share budgets too.
   * @defaultValue memory of its own
   */
  readonly store?: LimitStore | undefined;
  /** Keeps these budgets separate from other limits in the same store. @defaultValue 'byBudget' */
  readonly operation?: string | undefined;
}

/** A budget strategy that reports its usage. */
export interface BudgetStrategy<I, Name extends string = never> extends RoutingStrategy<I, Name> {
  /**
   * What a scope has spent in the window of the context's clock, and what its running requests have reserved, in US dollars. Other
   * processes are not counted.
   */
  usage(context: WorkflowContext): { readonly spentUsd: number; readonly reservedUsd: number };
}

const OWNER = 'byBudget';

const RULES = {
  limitUsd: required(numberOption({ atLeast: 0 })),
  windowMs: required(numberOption({ atLeast: 1 })),
  scope: functionOption(() => undefined),
  maxScopes: numberOption({ atLeast: 1, isInteger: true }, 10_000),
  burst: numberOption({ above: 0, atMost: 1 }, 0.25),
  maxOutputTokens: numberOption({ atLeast: 1 }, 4_096),
  store: methodsOption('reserve', 'close'),
  operation: nameOption,
} satisfies OptionRules<BudgetOptions>;

/**
 * Keeps spending within a budget, however many requests run at once. Each request reserves what it may cost before it
 * starts, and settles with its actual cost when it has ended.
 *
 * The inner strategy chooses among the routes that the budget allows now. Ahead of the pace, the cheapest route is used
 * (`budget_paced`). If no route fits, the request is refused with a `BudgetExceededError` and no route is called. A
 * request that fails or is abandoned before it returns anything releases its reservation. An answer with an unknown
 * cost, such as a stream that was left early, is charged its estimate. Routes without a known price are never taken,
 * and a fallback takes only what still fits.
 *
 * A reservation is the cost of the longest answer that the request allows, or that `maxOutputTokens` assumes. A request
 * that runs alone needs room only for its estimate. The budget is therefore exceeded by at most the error of one
 * estimate, if answers keep to that length and input tokens to their estimate. If an answer costs more, the next
 * hundred reservations of the same scope, for the same route and kinds of content, allow for it until the window ends.
 * Other scopes are not affected.
 *
 * With a `store`, all processes that use it share the budgets, and each request needs room for its reservation. While
 * the store is unavailable, each process has its share.
 *
 * Put it around strategies that choose and behind strategies that rule routes out, because decisions made before it are
 * not counted: `firstOf(byRules(), byBudget(byLearned(weights), …))`.
 *
 * @throws TypeError or RangeError that names the option
 * @example
 * ```ts
 * byBudget(byLearned(weights), { limitUsd: 50, windowMs: 86_400_000, scope: ({ tenantId }) => tenantId })
 * ```
 */
export function byBudget<I, Name extends string = never>(
  inner: AnyStrategy<I, Name>,
  options: BudgetOptions,
): BudgetStrategy<I, Name> {
  const strategy = strategyOf(inner, OWNER, 'inner');
  const read = readOptions(OWNER, options, RULES);
  const { limitUsd, windowMs, scope, maxScopes, burst, maxOutputTokens, store, operation = OWNER } = read;
  if (store === undefined && options.operation !== undefined) {
    throw new TypeError(`${OWNER}: operation names budgets in a store, but no store is given`);
  }
  const budgets = new Budgets(limitUsd, windowMs, maxScopes);

  const windowOf = (context: WorkflowContext): BudgetWindow =>
    budgets.of(scope(context) ?? '', context.clock.epochMs());

  const budgetOf = (context: WorkflowContext, own: BudgetWindow): ScopeBudget => {
    const { clock } = context;
    return store === undefined
      ? new OwnBudget(own, budgets.leftMs(clock.epochMs()))
      : new SharedBudget({ store, operation, scope: scope(context) ?? '', limitUsd, windowMs, clock, own });
  };

  const pricedOf = (
    candidates: readonly RouteCandidate[],
    prompt: Prompt,
    context: WorkflowContext,
    { headroom }: BudgetWindow,
  ): readonly PricedRoute[] =>
    candidates.flatMap((route) => {
      const { inputTokens, costUsd: estimatedUsd } = route.estimate(prompt, context);
      const longest = { inputTokens, outputTokens: prompt.maxOutputTokens ?? maxOutputTokens };
      const thoughtUsd = Math.max(estimatedUsd ?? 0, route.costUsd(longest, context) ?? 0);
      const mostUsd = thoughtUsd * headroom.factorOf(route.name, prompt);
      const isGuess = prompt.maxOutputTokens === undefined;
      return estimatedUsd === null ? [] : [{ route, estimatedUsd, thoughtUsd, mostUsd, isGuess }];
    });

  const refusal = (priced: readonly PricedRoute[], retryAfterMs: number): RoutingVerdict => {
    const reason = priced.length === 0 ? 'budget_unpriced' : 'budget_exhausted';
    return { refusal: new BudgetExceededError(reason, limitUsd, windowMs, retryAfterMs) };
  };

  return {
    name: nameWith('byBudget', [strategy]),
    reasons: [...reasonsOf([strategy]), 'routing_function', 'budget', 'budget_paced'],
    routes: routesOfStrategies([strategy]),
    close: () => closeStrategies([strategy]),
    usage(context) {
      const { spentUsd, reservedUsd } = windowOf(context);
      return { spentUsd, reservedUsd };
    },
    decide(input, context, candidates, prompt, claim) {
      const before = windowOf(context);
      const budget = budgetOf(context, before);
      const leftMs = budgets.leftMs(context.clock.epochMs());
      const priced = pricedOf(candidates, prompt, context, before);
      const pacedUsd = limitUsd * (burst + (1 - burst) * (1 - leftMs / windowMs));
      const affordable = priced.filter((each) => budget.mayFit(each, limitUsd));
      const paced = affordable.filter((each) => budget.mayFit(each, pacedUsd));
      if (affordable.length === 0) return refusal(priced, leftMs);
      const within = paced.map(({ route }) => route);
      const choosing = within.length === 0 ? undefined : strategy.decide(input, context, within, prompt, claim);
      return whenKnown(choosing, (verdict) => {
        if (isRefusal(verdict)) return verdict;
        const window = windowOf(context);
        const choice = { window, budget: budgetOf(context, window), affordable, paced, prompt, limitUsd, pacedUsd };
        return whenKnown(reserveRoute(verdict, choice), (outcome) =>
          'retryAfterMs' in outcome ? refusal(priced, outcome.retryAfterMs) : outcome,
        );
      });
    },
  };
}
