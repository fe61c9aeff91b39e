import type { WorkflowContext } from 'tta-dev-primitives';
import { checkNoUnknown, checkText, refusal } from 'tta-dev-primitives/internal';
import type { Prompt } from '../../../llm/prompt/prompt.ts';
import type { RouteCandidate } from '../routes.ts';
import type { RoutingStrategy } from '../strategy.ts';
import { hasTags, type RuleCondition, type RuleTest, testOf } from './rule-condition.ts';

/** A route, and when to use it. */
export interface RoutingRule<Name extends string = string> {
  readonly route: Name;
  /** A condition, or your own function. @defaultValue always */
  readonly when?: RuleCondition | ((prompt: Prompt, context: WorkflowContext) => boolean) | undefined;
}

const OWNER = 'byRules';

interface CheckedRule {
  readonly route: string;
  readonly test: RuleTest;
}

/**
 * Rules out routes that cannot take a request, and picks the route of the first matching rule.
 *
 * Before any rule, routes are ruled out by their `limits`: too many tokens for the model's context, tools or images
 * that it does not understand, a missing tag of the context. Later strategies and fallbacks never use a route that was
 * ruled out. If no route is left, the router takes its default route (`no_route_fits`).
 *
 * A rule is skipped if its route is ruled out or unavailable. If no rule matches, the next strategy decides, or the
 * default route if there is no other strategy (`constraints`).
 *
 * @throws TypeError or RangeError that names the rule and what is wrong with it
 * @example
 * ```ts
 * byRules([
 *   { route: 'strong', when: { tags: { tier: 'gold' } } },
 *   { route: 'coder', when: { pattern: /\b(refactor|stack trace)\b/i, minTokens: 50 } },
 * ])
 * ```
 */
export function byRules<const Name extends string = never>(
  rules: readonly RoutingRule<Name>[] = [],
): RoutingStrategy<unknown, Name> {
  if (!Array.isArray(rules)) throw new TypeError(refusal(OWNER, 'rules', rules, 'a list of rules'));
  const checked = rules.map(checkedRule);
  return {
    name: 'byRules',
    reasons: ['rule', 'constraints'],
    routes: rules.map(({ route }) => route),
    decide(_input, context, candidates, prompt) {
      const left = candidates.filter((route) => isWithinLimits(route, prompt, context));
      const names = left.map(({ name }) => name);
      for (const { route: name, test } of checked) {
        const route = left.find((candidate) => candidate.name === name);
        if (route !== undefined && test(prompt, context, route)) {
          return { route: name, reason: 'rule', among: [name, ...names.filter((other) => other !== name)] };
        }
      }
      return left.length === candidates.length ? undefined : { only: names, reason: 'constraints' };
    },
  };
}

function isWithinLimits(route: RouteCandidate, prompt: Prompt, context: WorkflowContext): boolean {
  const { contextTokens, tools, modalities, tags } = route.limits;
  if (tools === false && prompt.hasTools) return false;
  if (modalities !== undefined && ![...prompt.modalities].every((each) => modalities.includes(each))) return false;
  if (tags !== undefined && !hasTags(context, tags)) return false;
  return contextTokens === undefined || tokensOf(route, prompt) <= contextTokens;
}

/** A model refuses a request whose input and longest allowed output together do not fit. */
function tokensOf(route: RouteCandidate, prompt: Prompt): number {
  const { inputTokens, outputTokens } = route.tokens(prompt);
  return inputTokens + (prompt.maxOutputTokens ?? outputTokens);
}

function checkedRule(rule: RoutingRule, index: number): CheckedRule {
  const option = `rules[${index}]`;
  checkNoUnknown(OWNER, rule, { route: true, when: true }, option);
  const { route, when = {} } = rule;
  checkText(OWNER, `${option}.route`, route);
  return { route, test: typeof when === 'function' ? when : testOf(`${option}.when`, when) };
}
