import { WorkflowContext } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { ask, candidate, routeOf } from '../__fixtures__/routing.ts';
import type { RouteLimits } from '../route-limits.ts';
import { byRules, type RoutingRule } from './by-rules.ts';

const image = { messages: [{ role: 'user', content: [{ type: 'image' }, { type: 'text', text: 'what is this?' }] }] };
const withTools = { prompt: 'what is the weather?', tools: [{ name: 'weather' }] };
const long = 'x'.repeat(4_000);

describe('byRules, by the limits of routes', () => {
  const able = candidate('able');
  const limited = (limits: RouteLimits) => candidate('limited', { limits });
  const gold = new WorkflowContext({ tags: { region: 'eu' } });

  it.each<[string, RouteLimits, unknown]>([
    ['tokens, the answer included', { contextTokens: 1_099 }, long],
    ['the longest answer that the request allows', { contextTokens: 1_999 }, { prompt: long, max_tokens: 1_000 }],
    ['tools', { tools: false }, withTools],
    ['images', { modalities: ['text'] }, image],
    ['a tag that the context has not', { tags: { region: 'us' } }, 'hello'],
  ])('rules a route out that cannot take %s', (_, limits, input) => {
    expect(ask(byRules(), [limited(limits), able], input, gold)).toEqual({ only: ['able'], reason: 'constraints' });
  });

  it.each<[string, RouteLimits, unknown]>([
    ['tokens', { contextTokens: 1_100 }, long],
    ['no tools', { tools: false }, 'hello'],
    ['images', { modalities: ['text', 'image'] }, image],
    ['a tag', { tags: { region: 'eu' } }, 'hello'],
  ])('has no opinion when every route can take %s', (_, limits, input) => {
    expect(ask(byRules(), [limited(limits), able], input, gold)).toBeUndefined();
  });

  it('leaves no route when none can take the request', () => {
    expect(ask(byRules(), [limited({ tools: false })], withTools)).toEqual({ only: [], reason: 'constraints' });
  });
});

describe('byRules, by its rules', () => {
  const routes = [candidate('fast'), candidate('strong')];
  const taken = (when: RoutingRule['when'], input: unknown, context = new WorkflowContext()): boolean =>
    routeOf(byRules([{ route: 'strong', when }]), routes, input, context) === 'strong';

  it('takes the route of the first rule that holds', () => {
    const strategy = byRules([
      { route: 'strong', when: { pattern: /prove/i } },
      { route: 'fast' },
      { route: 'strong' },
    ]);
    expect(ask(strategy, routes, 'Prove it.')).toEqual({ route: 'strong', reason: 'rule', among: ['strong', 'fast'] });
    expect(routeOf(strategy, routes, 'hello')).toBe('fast');
  });

  it('holds by tags, patterns, tokens, tools, modalities, and a function of one’s own', () => {
    const gold = new WorkflowContext({ tags: { tier: 'gold' } });
    expect([taken({ tags: { tier: 'gold' } }, '', gold), taken({ tags: { tier: 'gold' } }, '')]).toEqual([true, false]);
    expect([taken({ minTokens: 1_000 }, long), taken({ minTokens: 1_001 }, long)]).toEqual([true, false]);
    expect([taken({ maxTokens: 1_000 }, long), taken({ maxTokens: 999 }, long)]).toEqual([true, false]);
    expect([taken({ tools: true }, withTools), taken({ tools: true }, 'hello')]).toEqual([true, false]);
    expect([taken({ tools: false }, withTools), taken({ tools: false }, 'hello')]).toEqual([false, true]);
    expect([taken({ modalities: ['image', 'audio'] }, image), taken({ modalities: ['audio'] }, image)]).toEqual([
      true,
      false,
    ]);
    expect([taken(({ text }) => text === 'hello', 'hello'), taken(() => false, 'hello')]).toEqual([true, false]);
  });

  it('wants every part of a condition', () => {
    expect([taken({ pattern: /x/, maxTokens: 10 }, 'x'), taken({ pattern: /x/, maxTokens: 10 }, long)]).toEqual([
      true,
      false,
    ]);
  });

  it('holds every time, also by a pattern that would remember where it stopped', () => {
    const strategy = byRules([{ route: 'strong', when: { pattern: /prove/g } }]);
    expect(['prove it', 'prove it', 'prove it'].map((input) => routeOf(strategy, routes, input))).toEqual([
      'strong',
      'strong',
      'strong',
    ]);
  });

  it('passes over a rule whose route is ruled out, or may not be taken now', () => {
    const strategy = byRules([{ route: 'strong' }, { route: 'fast' }]);
    const limited = candidate('strong', { limits: { tools: false } });
    expect(routeOf(strategy, [limited, candidate('fast')], withTools)).toBe('fast');
    expect(routeOf(strategy, [candidate('fast')], 'hello')).toBe('fast');
  });

  it.each<[string, unknown, string]>([
    ['no list', {}, 'byRules: rules must be a list of rules'],
    ['a rule without a route', [{}], 'byRules: rules[0].route must be a text'],
    ['a condition that is not known', [{ route: 'a', when: { tokens: 5 } }], 'rules[0].when.tokens is not an option'],
    [
      'a pattern that is a text',
      [{ route: 'a', when: { pattern: 'x' } }],
      'rules[0].when.pattern must be a regular expression',
    ],
    ['an unknown modality', [{ route: 'a', when: { modalities: ['smell'] } }], 'rules[0].when.modalities[0] must be'],
    ['a tag that is no text', [{ route: 'a', when: { tags: { tier: 1 } } }], 'rules[0].when.tags.tier must be a text'],
    ['a negative number of tokens', [{ route: 'a', when: { minTokens: -1 } }], 'rules[0].when.minTokens must be'],
  ])('refuses %s', (_, rules, message) => {
    expect(() => byRules(rules as [])).toThrow(message);
  });
});
