import { WorkflowContext } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { ask, candidate, routeOf } from '../__fixtures__/routing.ts';
import type { RoutingStrategy, RoutingVerdict } from '../strategy.ts';
import { byCost } from './by-cost.ts';
import { byRules } from './by-rules.ts';
import { firstOf } from './first-of.ts';

const routes = ['a', 'b', 'c'].map((name, index) => candidate(name, { expectedUsd: index }));
const saying = (verdict: RoutingVerdict): RoutingStrategy<unknown> => ({ reasons: ['said'], decide: () => verdict });

describe('firstOf', () => {
  it('follows the first strategy with an opinion', () => {
    expect(ask(firstOf(saying(undefined), saying({ route: 'b', reason: 'said' }), byCost()), routes, '')).toEqual({
      route: 'b',
      reason: 'said',
    });
  });

  it('has no opinion when none has', () => {
    expect(ask(firstOf(saying(undefined)), routes, '')).toBeUndefined();
    expect(ask(firstOf(), routes, '')).toBeUndefined();
  });

  it('leaves what is ruled out neither to the next strategy nor to a fallback', () => {
    const without = saying({ only: ['b', 'c'] });
    expect(ask(firstOf(without, byCost()), routes, '')).toEqual({ route: 'b', reason: 'cost', among: ['b', 'c'] });
    const careless = saying({ route: 'b', among: ['a', 'b'] });
    expect(ask(firstOf(without, careless), routes, '')).toEqual({ route: 'b', among: ['b'] });
    expect(ask(firstOf(without, saying({ route: 'c' })), routes, '')).toEqual({ route: 'c', among: ['b', 'c'] });
  });

  it('hands a narrowing on when nobody chooses among what is left, and asks nobody when nothing is', () => {
    expect(ask(firstOf(saying({ only: ['b', 'c'] }), saying({ only: ['c', 'a'] })), routes, '')).toEqual({
      only: ['c'],
    });
    expect(ask(firstOf(saying({ only: [] }), saying({ route: 'a' })), routes, '')).toEqual({ only: [] });
  });

  it('stops at a refusal', () => {
    const refusal = new Error('no');
    expect(ask(firstOf(saying({ refusal }), byCost()), routes, '')).toEqual({ refusal });
  });

  it('waits for strategies that are asynchronous, and only for them', async () => {
    const later = firstOf<string>(
      { decide: async () => undefined },
      async () => 'c',
      () => 'a',
    );
    expect(await later.decide('', new WorkflowContext(), routes, {} as never)).toEqual({ route: 'c' });
    expect(
      routeOf(
        firstOf(() => 'a'),
        routes,
        '',
      ),
    ).toBe('a');
  });

  it('knows the reasons and the routes of all', () => {
    const strategy = firstOf(byRules([{ route: 'a' }]), firstOf(byCost()), byRules([{ route: 'b' }]));
    expect(strategy.reasons).toEqual(['rule', 'constraints', 'cost']);
    expect(strategy.routes).toEqual(['a', 'b']);
  });

  it('refuses what is no strategy', () => {
    expect(() => firstOf(byCost(), 'fast' as never)).toThrow(
      'firstOf: strategies[1] must be a function or an object with decide(), but it is "fast"',
    );
  });
});
