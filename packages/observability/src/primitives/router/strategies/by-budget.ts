import type { WorkflowContext } from 'tta-dev-primitives';
import { functionOption, numberOption, type OptionRules, readOptions, required } from 'tta-dev-primitives/internal';
import type { BudgetReservation, BudgetWindow } from '../../../limits/budget-window.ts';
import { Budgets } from '../../../limits/budgets.ts';
import type { Prompt } from '../../../llm/prompt/prompt.ts';
import type { RouteCandidate } from '../routes.ts';
import { NOTHING_SPENT, settleQuietly } from '../settle.ts';
import {
  type AnyStrategy,
  afterVerdict,
  closeStrategies,
  isNarrowing,
  isRefusal,
  nameWith,
  type RoutingDecision,
  type RoutingStrategy,
  type RoutingVerdict,
  reasonsOf,
  routesOfStrategies,
  strategyOf,
} from '../strategy.ts';
import { BudgetExceededError } from './budget/budget-exceeded-error.ts';

export interface BudgetOptions {
  /** What may be spent in one window, in US dollars. */
  readonly limitUsd: number;
  /**
   * The length of a window, in milliseconds. Windows begin at multiples of it since the Unix epoch: 86_400_000 is a day in UTC.
   */
  readonly windowMs: number;
  /** Whose budget it is, `({ tenantId }) => tenantId`: each scope has one of its own. @defaultValue one for everybody */
  readonly scope?: ((context: WorkflowContext) => string | undefined) | undefined;
  /** How many scopes are told apart in one window; those after them share one budget. @defaultValue 10_000 */
  readonly maxScopes?: number | undefined;
  /**
   * The share of the budget that may be spent at once; the rest becomes available evenly over the window. Who is ahead of that pace
   * gets the cheapest route instead of the preferred one. 1 paces nothing. @defaultValue 0.25
   */
  readonly burst?: number | undefined;
  /**
   * The longest answer to reckon with, in output tokens, to requests that do not limit theirs (`max_tokens` and the like). The lower
   * it is, the more requests fit at once. @defaultValue 4_096
   */
  readonly maxOutputTokens?: number | undefined;
}

/** A budget, and how much of it is gone. */
export interface BudgetStrategy<I, Name extends string = never> extends RoutingStrategy<I, Name> {
  /** What a scope has spent in the window of the context's clock, and what its running requests have reserved, in US dollars. */
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
} satisfies OptionRules<BudgetOptions>;

/** A candidate, with what it is expected to cost and what it may cost at most. */
interface Priced {
  readonly route: RouteCandidate;
  readonly estimatedUsd: number;
  /** With an answer as long as it may be. */
  readonly thoughtUsd: number;
  /** The same, allowing for what was wrong with that of others. */
  readonly mostUsd: number;
}

/**
 * Keeps what is spent within a budget, however many requests run at once: each reserves what it may cost before it starts, and settles
 * with what it did cost when it has ended.
 *
 * The strategy inside chooses among the routes that the budget allows now. Ahead of the pace, the cheapest route is taken
 * (`budget_paced`); when no route fits, the request is refused with a `BudgetExceededError` and no route is called. A request that failed
 * or was given up before it gave anything releases its reservation. An answer whose cost is not known, as that of a stream that was left
 * half-way, is charged as estimated. Routes without a known price are never taken, and a fallback takes only what still fits.
 *
 * A reservation is what the longest answer would cost that the request allows, or that `maxOutputTokens` reckons with; a request that runs
 * alone needs room for its estimate only. So the budget is exceeded by the error of one estimate at most, while answers keep to that
 * length and input tokens to their estimate. Where an answer cost more, the next hundred reservations of the same scope, for the same
 * route and kinds of content, allow for it until the window ends. Other scopes are not affected.
 *
 * Put it around what chooses and behind what rules out, because what decides before it is not counted:
 * `firstOf(byRules(), byBudget(byLearned(weights), …))`.
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
  const { limitUsd, windowMs, scope, maxScopes, burst, maxOutputTokens } = readOptions(OWNER, options, RULES);
  const budgets = new Budgets(limitUsd, windowMs, maxScopes);

  const windowOf = (context: WorkflowContext): BudgetWindow =>
    budgets.of(scope(context) ?? '', context.clock.epochMs());

  const pricedOf = (
    candidates: readonly RouteCandidate[],
    prompt: Prompt,
    context: WorkflowContext,
    { headroom }: BudgetWindow,
  ): readonly Priced[] =>
    candidates.flatMap((route) => {
      const { inputTokens, costUsd: estimatedUsd } = route.estimate(prompt, context);
      const longest = { inputTokens, outputTokens: prompt.maxOutputTokens ?? maxOutputTokens };
      const thoughtUsd = Math.max(estimatedUsd ?? 0, route.costUsd(longest, context) ?? 0);
      const mostUsd = thoughtUsd * headroom.factorOf(route.name, prompt);
      return estimatedUsd === null ? [] : [{ route, estimatedUsd, thoughtUsd, mostUsd }];
    });

  const refusal = (priced: readonly Priced[], context: WorkflowContext): RoutingVerdict => {
    const reason = priced.length === 0 ? 'budget_unpriced' : 'budget_exhausted';
    const leftMs = budgets.leftMs(context.clock.epochMs());
    return { refusal: new BudgetExceededError(reason, limitUsd, windowMs, leftMs) };
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
      const window = windowOf(context);
      const priced = pricedOf(candidates, prompt, context, window);
      const passed = 1 - budgets.leftMs(context.clock.epochMs()) / windowMs;
      const pacedUsd = limitUsd * (burst + (1 - burst) * passed);
      const affordable = priced.filter(({ estimatedUsd, mostUsd }) => window.fits(estimatedUsd, mostUsd));
      const paced = affordable.filter(({ estimatedUsd, mostUsd }) => window.fits(estimatedUsd, mostUsd, pacedUsd));
      if (affordable.length === 0) return refusal(priced, context);
      const within = paced.map(({ route }) => route);
      const choosing = within.length === 0 ? undefined : strategy.decide(input, context, within, prompt, claim);
      return afterVerdict(choosing, (verdict) => {
        if (isRefusal(verdict)) return verdict;
        return reserved(verdict, { window: windowOf(context), affordable, paced, prompt }) ?? refusal(priced, context);
      });
    },
  };
}

interface Choice {
  readonly window: BudgetWindow;
  readonly affordable: readonly Priced[];
  readonly paced: readonly Priced[];
  readonly prompt: Prompt;
}

/** Reserves for the chosen route, or for the cheapest one if the chosen one is too expensive now. Undefined if nothing fits. */
function reserved(verdict: RoutingVerdict, choice: Choice): RoutingDecision | undefined {
  const { window, paced, prompt } = choice;
  const decision = isNarrowing(verdict) || isRefusal(verdict) ? undefined : verdict;
  const left = leftBy(verdict, choice.affordable);
  const preferred = paced.find(({ route }) => route.name === decision?.route);
  const order = preferred === undefined ? left : [preferred, ...left];
  const chosen = order.find(({ estimatedUsd, mostUsd }) => window.fits(estimatedUsd, mostUsd));
  const followed = chosen === preferred ? decision : undefined;
  if (followed === undefined) settleQuietly(decision?.settle, NOTHING_SPENT);
  if (chosen === undefined) return undefined;

  const reservation = window.reserve(chosen.mostUsd);
  const additions: BudgetReservation[] = [];
  const isFree = paced.length > 0 && decision === undefined;
  return {
    route: chosen.route.name,
    reason: followed === undefined ? (isFree ? 'budget' : 'budget_paced') : (followed.reason ?? 'routing_function'),
    score: followed?.score,
    among: followed?.among ?? left.map(({ route }) => route.name),
    mayTake(name) {
      const next = left.find(({ route }) => route.name === name);
      const isAllowed =
        next !== undefined && window.fits(next.estimatedUsd, next.mostUsd) && followed?.mayTake?.(name) !== false;
      if (isAllowed) additions.push(window.reserve(next.mostUsd));
      return isAllowed;
    },
    settle(settlement) {
      const { costUsd } = settlement;
      reservation.settle(costUsd ?? chosen.estimatedUsd);
      for (const addition of additions) addition.settle(0);
      if (costUsd !== null && additions.length === 0) {
        window.headroom.learn(chosen.route.name, prompt, chosen.thoughtUsd, costUsd); // with a fallback, it is the cost of two routes
      }
      settleQuietly(followed?.settle, settlement);
    },
  };
}

/** What a narrowing leaves, cheapest first; everything where it leaves nothing, because then no route is better than another. */
function leftBy(verdict: RoutingVerdict, affordable: readonly Priced[]): readonly Priced[] {
  const left = isNarrowing(verdict) ? affordable.filter(({ route }) => verdict.only.includes(route.name)) : [];
  return (left.length > 0 ? left : affordable).toSorted((a, b) => a.estimatedUsd - b.estimatedUsd);
}
