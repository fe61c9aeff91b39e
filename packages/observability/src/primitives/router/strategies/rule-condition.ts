import type { WorkflowContext } from 'tta-dev-primitives';
import {
  checkBoolean,
  numberOption,
  type OptionRules,
  option,
  readOptions,
  refusal,
} from 'tta-dev-primitives/internal';
import type { Modality } from '../../../llm/prompt/modality.ts';
import type { Prompt } from '../../../llm/prompt/prompt.ts';
import { modalitiesOption, tagsOption } from '../route-limits.ts';
import type { RouteCandidate } from '../routes.ts';

/** When a rule matches: every part that is set must match. */
export interface RuleCondition {
  /** Tags that the context has: `{ tier: 'gold' }`. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** What the newest message of the user matches. */
  readonly pattern?: RegExp | undefined;
  /** The fewest and the most input tokens, as they are estimated for the rule's route. */
  readonly minTokens?: number | undefined;
  readonly maxTokens?: number | undefined;
  /** Whether the request offers tools. */
  readonly tools?: boolean | undefined;
  /** The request contains at least one of these. */
  readonly modalities?: readonly Modality[] | undefined;
}

/** Whether a request meets a condition on a route. */
export type RuleTest = (prompt: Prompt, context: WorkflowContext, route: RouteCandidate) => boolean;

const OWNER = 'byRules';

const RULES = {
  tags: tagsOption,
  pattern: option((owner, name, value) => {
    if (!(value instanceof RegExp)) throw new TypeError(refusal(owner, name, value, 'a regular expression'));
  }),
  minTokens: numberOption({ atLeast: 0 }),
  maxTokens: numberOption({ atLeast: 0 }),
  tools: option(checkBoolean),
  modalities: modalitiesOption,
} satisfies OptionRules<RuleCondition>;

/** @throws TypeError or RangeError that names the part of the condition */
export function testOf(path: string, condition: RuleCondition): RuleTest {
  const { tags, pattern, minTokens, maxTokens, tools, modalities } = readOptions(OWNER, condition, RULES, path);
  const tests: RuleTest[] = [];
  if (tags !== undefined) tests.push((_prompt, context) => hasTags(context, tags));
  if (tools !== undefined) tests.push(({ hasTools }) => hasTools === tools);
  if (modalities !== undefined) {
    tests.push((prompt) => modalities.some((modality) => prompt.modalities.has(modality)));
  }
  if (minTokens !== undefined) tests.push((prompt, _context, route) => route.tokens(prompt).inputTokens >= minTokens);
  if (maxTokens !== undefined) tests.push((prompt, _context, route) => route.tokens(prompt).inputTokens <= maxTokens);
  if (pattern !== undefined) tests.push(patternTest(pattern));
  return (prompt, context, route) => tests.every((test) => test(prompt, context, route));
}

export function hasTags(context: WorkflowContext, tags: Readonly<Record<string, string>>): boolean {
  return Object.entries(tags).every(([name, value]) => context.tags[name] === value);
}

/** A pattern with `g` or `y` remembers where it stopped, and would hold for every other request only. */
function patternTest(pattern: RegExp): RuleTest {
  const stateless = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
  return ({ text }) => stateless.test(text);
}
