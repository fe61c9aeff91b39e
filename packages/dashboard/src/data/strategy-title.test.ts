import {
  type AnyStrategy,
  byBudget,
  byComplexity,
  byCost,
  byLatency,
  byLeastBusy,
  byRules,
  bySticky,
  byWeight,
  firstOf,
} from 'tta-observability-integration/primitives';
import { expect, it } from 'vitest';
import { strategyTitle } from './strategy-title.ts';

const BUDGET = { limitUsd: 1, windowMs: 86_400_000 };

it.each<[string, AnyStrategy<unknown, string>]>([
  ['by complexity', byComplexity([{ route: 'small' }])],
  ['by cost', byCost()],
  ['by latency', byLatency()],
  ['by load', byLeastBusy()],
  ['by rules', byRules([])],
  ['by weight', byWeight({ small: 1 })],
  ['by conversation', bySticky()],
  ['by conversation, then weight', bySticky(byWeight({ small: 1 }))],
  ['by rules, then budget, then cost', firstOf(byRules([]), byBudget(byCost(), BUDGET))],
])('says "%s" of a strategy of the library', (title, strategy) => {
  expect(strategyTitle((strategy as { readonly name: string }).name)).toBe(title);
});

it('says what learned weights are', () => {
  expect(strategyTitle('byLearned')).toBe('by learned weights');
});

it.each([
  ['demand', 'by demand'],
  ['time_of_day', 'by time of day'],
  ['smart router (v2)', 'by smart router (v2)'],
  ['byMyRules', 'byMyRules'],
  ['bypass', 'by bypass'],
  ['byte_length', 'by byte length'],
  ['firstOf(byRules, smart router (v2))', 'by firstOf(byRules, smart router (v2))'],
])('keeps the name %s of a strategy of the user', (name, title) => {
  expect(strategyTitle(name)).toBe(title);
});
