import type { WorkflowContext } from 'tta-dev-primitives';
import type { Prompt } from '../../../llm/prompt/prompt.ts';
import type { RouteCandidate } from '../routes.ts';
import {
  type AnyStrategy,
  type ClaimRoute,
  closeStrategies,
  isNarrowing,
  isPromiseLike,
  isRefusal,
  nameWith,
  type RoutingStrategy,
  type RoutingVerdict,
  reasonsOf,
  routesOfStrategies,
  strategyOf,
} from '../strategy.ts';

/**
 * Asks strategies in order until one decides. A strategy that rules routes out leaves the remaining routes to the strategies after it.
 * Routes that were ruled out are not used as fallbacks either.
 *
 * @example
 * ```ts
 * firstOf(byRules(), bySticky(byLearned(weights)), byCost())
 * ```
 */
export function firstOf<I, const Name extends string = never>(
  ...given: readonly AnyStrategy<I, Name>[]
): RoutingStrategy<I, Name> {
  const strategies = given.map((each, index) => strategyOf(each, 'firstOf', `strategies[${index}]`));
  return {
    name: nameWith('firstOf', strategies),
    reasons: reasonsOf(strategies),
    routes: routesOfStrategies(strategies),
    close: () => closeStrategies(strategies),
    decide: (input, context, candidates, prompt, claim) =>
      ask({ strategies, input, context, prompt, claim }, 0, candidates, undefined),
  };
}

interface Question<I> {
  readonly strategies: readonly RoutingStrategy<I, string>[];
  readonly input: I;
  readonly context: WorkflowContext;
  readonly prompt: Prompt;
  readonly claim: ClaimRoute | undefined;
}

/** @param narrowed - the verdict of the strategy that ruled routes out last; then `left` are those that it left */
function ask<I>(
  question: Question<I>,
  from: number,
  left: readonly RouteCandidate[],
  narrowed: RoutingVerdict,
): RoutingVerdict | PromiseLike<RoutingVerdict> {
  const { strategies, input, context, prompt, claim } = question;
  const strategy = strategies[from];
  if (strategy === undefined || left.length === 0) return narrowed;
  const goOn = (verdict: RoutingVerdict): RoutingVerdict | PromiseLike<RoutingVerdict> => {
    if (verdict === undefined) return ask(question, from + 1, left, narrowed);
    if (isNarrowing(verdict)) {
      const stillLeft = left.filter(({ name }) => verdict.only.includes(name));
      return ask(question, from + 1, stillLeft, { ...verdict, only: stillLeft.map(({ name }) => name) });
    }
    if (isRefusal(verdict) || narrowed === undefined) return verdict;
    const names = left.map(({ name }) => name);
    return { ...verdict, among: verdict.among?.filter((name) => names.includes(name)) ?? names };
  };
  const verdict = strategy.decide(input, context, left, prompt, claim);
  return isPromiseLike(verdict) ? verdict.then(goOn) : goOn(verdict);
}
