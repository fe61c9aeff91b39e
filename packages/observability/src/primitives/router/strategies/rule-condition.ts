import type { WorkflowContext } from 'tta-dev-primitives';
import { checkBoolean, checkNoUnknown, checkNumber, type OptionNames, refusal } from 'tta-dev-primitives/internal';
import type { Modality } from '../../../llm/prompt/modality.ts';
import type { Prompt } from '../../../llm/prompt/prompt.ts';
import { checkModalities, checkTags } from '../route-limits.ts';
import type { RouteCandidate } from '../routes.ts';

/** When a rule holds: every part that is given must. */
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
  /** What it holds, one of these at least. */
  readonly modalities?: readonly Modality[] | undefined;
}

/** Whether a request meets a condition on a route. */
export type RuleTest = (prompt: Prompt, context: WorkflowContext, route: RouteCandidate) => boolean;

const OWNER = 'byRules';

const NAMES: OptionNames<RuleCondition> = {
  tags: true,
  pattern: true,
  minTokens: true,
  maxTokens: true,
  tools: true,
  modalities: true,
};

/** @throws TypeError or RangeError that names the part of the condition */
export function testOf(option: string, condition: RuleCondition): RuleTest {
  checkNoUnknown(OWNER, condition, NAMES, option);
  const { tags, pattern, minTokens, maxTokens, tools, modalities } = condition;
  const tests: RuleTest[] = [];
  if (tags !== undefined) {
    checkTags(OWNER, `${option}.tags`, tags);
    tests.push((_prompt, context) => hasTags(context, tags));
  }
  if (tools !== undefined) {
    checkBoolean(OWNER, `${option}.tools`, tools);
    tests.push(({ hasTools }) => hasTools === tools);
  }
  if (modalities !== undefined) {
    checkModalities(OWNER, `${option}.modalities`, modalities);
    tests.push((prompt) => modalities.some((modality) => prompt.modalities.has(modality)));
  }
  if (minTokens !== undefined) {
    checkNumber(OWNER, `${option}.minTokens`, minTokens, { atLeast: 0 });
    tests.push((prompt, _context, route) => route.tokens(prompt).inputTokens >= minTokens);
  }
  if (maxTokens !== undefined) {
    checkNumber(OWNER, `${option}.maxTokens`, maxTokens, { atLeast: 0 });
    tests.push((prompt, _context, route) => route.tokens(prompt).inputTokens <= maxTokens);
  }
  if (pattern !== undefined) tests.push(patternTest(`${option}.pattern`, pattern));
  return (prompt, context, route) => tests.every((test) => test(prompt, context, route));
}

export function hasTags(context: WorkflowContext, tags: Readonly<Record<string, string>>): boolean {
  return Object.entries(tags).every(([name, value]) => context.tags[name] === value);
}

/** A pattern with `g` or `y` remembers where it stopped, and would hold for every other request only. */
function patternTest(option: string, pattern: RegExp): RuleTest {
  if (!(pattern instanceof RegExp)) throw new TypeError(refusal(OWNER, option, pattern, 'a regular expression'));
  const stateless = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
  return ({ text }) => stateless.test(text);
}
