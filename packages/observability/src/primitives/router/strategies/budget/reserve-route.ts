import type { BudgetReservation, BudgetWindow } from '../../../../limits/budget-window.ts';
import type { Prompt } from '../../../../llm/prompt/prompt.ts';
import type { RouteCandidate } from '../../routes.ts';
import { NOTHING_SPENT, settleQuietly } from '../../settle.ts';
import {
  isNarrowing,
  isRefusal,
  type RoutingDecision,
  type RoutingVerdict,
  type Settlement,
  whenKnown,
} from '../../strategy.ts';
import { type BudgetRefusal, isReservation, type MoneyNeeded, type ScopeBudget } from './scope-budget.ts';

/** A candidate, with what it is expected to cost and what it may cost at most. */
export interface PricedRoute extends MoneyNeeded {
  readonly route: RouteCandidate;
  /** With an answer as long as it may be; `mostUsd` also allows for what was wrong with that of others. */
  readonly thoughtUsd: number;
}

/** What a decision reserves from. */
export interface BudgetChoice {
  readonly budget: ScopeBudget;
  readonly limitUsd: number;
  /** As much of the limit as may be spent by now without being ahead of the pace. */
  readonly pacedUsd: number;
  /** The routes that may fit the limit, and those of them that may fit the pace. */
  readonly affordable: readonly PricedRoute[];
  readonly paced: readonly PricedRoute[];
  readonly prompt: Prompt;
  /** What this process reserves, and learns from. */
  readonly window: BudgetWindow;
}

/** Reserves for the chosen route, or for the cheapest one if the chosen one is too expensive now. */
export function reserveRoute(
  verdict: RoutingVerdict,
  choice: BudgetChoice,
): RoutingDecision | BudgetRefusal | PromiseLike<RoutingDecision | BudgetRefusal> {
  const { budget, paced, limitUsd, pacedUsd } = choice;
  const decision = isNarrowing(verdict) || isRefusal(verdict) ? undefined : verdict;
  const left = leftBy(verdict, choice.affordable);
  const preferred = paced.find(({ route }) => route.name === decision?.route);
  const others = left.slice(0, budget.maxOthers).map((priced) => ({ priced, limitUsd }));
  const tries = preferred === undefined ? others : [{ priced: preferred, limitUsd: pacedUsd }, ...others];
  return whenKnown(firstThatFits(budget, tries), (reserved) => {
    const followed = 'chosen' in reserved && reserved.chosen === preferred ? decision : undefined;
    if (followed === undefined) settleQuietly(decision?.settle, NOTHING_SPENT);
    if (!('chosen' in reserved)) return reserved;
    const reason = paced.length > 0 && decision === undefined ? 'budget' : 'budget_paced';
    return decisionFor({ ...choice, ...reserved, left, followed, reason });
  });
}

/** A route, and the reservation for it. */
interface ReservedRoute {
  readonly chosen: PricedRoute;
  readonly reservation: BudgetReservation;
}

interface Try {
  readonly priced: PricedRoute;
  readonly limitUsd: number;
}

type Tried = ReservedRoute | BudgetRefusal;

/** The reservation for the first route that fits, or the last refusal. */
function firstThatFits(
  budget: ScopeBudget,
  [next, ...others]: readonly Try[],
  refusal: BudgetRefusal = { retryAfterMs: 0 },
): Tried | PromiseLike<Tried> {
  if (next === undefined) return refusal;
  const { priced, limitUsd } = next;
  return whenKnown(budget.reserve(priced, limitUsd), (verdict) =>
    isReservation(verdict) ? { chosen: priced, reservation: verdict } : firstThatFits(budget, others, verdict),
  );
}

interface ChosenRoute extends BudgetChoice, ReservedRoute {
  readonly left: readonly PricedRoute[];
  /** What the strategy inside has decided, if that is followed. */
  readonly followed: RoutingDecision | undefined;
  /** Why the route was chosen, if it is not followed. */
  readonly reason: string;
}

function decisionFor(route: ChosenRoute): RoutingDecision {
  const { budget, limitUsd, window, prompt, chosen, reservation, left, followed, reason } = route;
  const additions: BudgetReservation[] = [];
  let isSettled = false;

  const mayAdd = (name: string): boolean | PromiseLike<boolean> => {
    const next = left.find((each) => each.route.name === name);
    if (next === undefined) return false;
    return whenKnown(budget.reserve(next, limitUsd), (verdict) => {
      if (!isReservation(verdict)) return false;
      additions.push(verdict);
      if (isSettled) verdict.settle(0);
      return true;
    });
  };

  return {
    route: chosen.route.name,
    reason: followed === undefined ? reason : (followed.reason ?? 'routing_function'),
    score: followed?.score,
    among: followed?.among ?? left.map((each) => each.route.name),
    mayTake: (name) => whenKnown(followed?.mayTake?.(name) ?? true, (isAllowed) => isAllowed && mayAdd(name)),
    settle(settlement: Settlement) {
      const { costUsd } = settlement;
      isSettled = true;
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
function leftBy(verdict: RoutingVerdict, affordable: readonly PricedRoute[]): readonly PricedRoute[] {
  const left = isNarrowing(verdict) ? affordable.filter(({ route }) => verdict.only.includes(route.name)) : [];
  return (left.length > 0 ? left : affordable).toSorted((a, b) => a.estimatedUsd - b.estimatedUsd);
}
