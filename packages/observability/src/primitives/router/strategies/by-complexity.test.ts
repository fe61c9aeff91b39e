import { describe, expect, it } from 'vitest';
import { complexityOf } from '../../../learning/complexity.ts';
import { ask, candidate, routeOf } from '../__fixtures__/routing.ts';
import { byComplexity, type ComplexityBand } from './by-complexity.ts';

const routes = ['small', 'medium', 'large'].map((name) => candidate(name));
const bands = [{ route: 'small', upTo: 10 }, { route: 'medium', upTo: 20 }, { route: 'large' }] as const;
const byLength = byComplexity(bands, { score: (text) => text.length });

describe('byComplexity', () => {
  it.each([
    [0, 'small'],
    [10, 'small'],
    [11, 'medium'],
    [21, 'large'],
  ])('sends a prompt with a score of %d to %s', (length, route) => {
    expect(routeOf(byLength, routes, 'x'.repeat(length))).toBe(route);
  });

  it('prefers harder routes to simpler ones where the one that it wants may not be taken', () => {
    expect(ask(byLength, routes, 'x'.repeat(15))).toEqual({
      route: 'medium',
      reason: 'complexity',
      score: { value: 15, thresholds: bands.slice(0, 2) },
      among: ['medium', 'large', 'small'],
    });
    expect(ask(byLength, routes, 'x')).toHaveProperty('among', ['small', 'medium', 'large']);
    expect(ask(byLength, routes, 'x'.repeat(21))).toHaveProperty('among', ['large', 'medium', 'small']);
    expect(routeOf(byLength, routes.slice(0, 1), 'x'.repeat(15))).toBe('small');
    expect(ask(byLength, [candidate('other')], 'x')).toBeUndefined();
  });

  it('has no opinion on a prompt that is beyond every band', () => {
    expect(ask(byComplexity([{ route: 'small', upTo: 1 }], { score: () => 2 }), routes, 'x')).toBeUndefined();
  });

  it('scores as complexityOf does, or by weights for features', () => {
    const proof = 'Prove that $\\sqrt{2}$ is irrational, and explain why each step must hold.';
    const bound = (complexityOf('hello') + complexityOf(proof)) / 2;
    const untrained = byComplexity([{ route: 'small', upTo: bound }, { route: 'large' }]);
    expect([routeOf(untrained, routes, 'hello'), routeOf(untrained, routes, proof)]).toEqual(['small', 'large']);
    const weighted = byComplexity([{ route: 'small', upTo: Math.log(11) }, { route: 'large' }], {
      weights: { logCharacters: 1 },
    });
    expect([routeOf(weighted, routes, 'x'.repeat(10)), routeOf(weighted, routes, 'x'.repeat(11))]).toEqual([
      'small',
      'large',
    ]);
  });

  it.each<[string, unknown, object, string]>([
    ['no bands', [], {}, 'byComplexity: bands must be a list of at least one { route, upTo }, but it is an array'],
    [
      'bands that fall',
      [
        { route: 'a', upTo: 2 },
        { route: 'b', upTo: 1 },
      ],
      {},
      'bands[1].upTo must be a number above 2',
    ],
    ['a band after the last', [{ route: 'a' }, { route: 'b' }], {}, 'bands[1].upTo must be a number above Infinity'],
    ['a route that is no name', [{ route: 5 }], {}, 'bands[0].route must be a text'],
    ['an unknown feature', bands, { weights: { length: 1 } }, 'byComplexity: weights.length is not an option'],
    ['a weight that is no number', bands, { weights: { logWords: '1' } }, 'weights.logWords must be a number'],
    ['two scores', bands, { score: () => 1, weights: {} }, 'score and weights exclude each other'],
    ['a score that is no function', bands, { score: 5 }, 'score must be a function'],
  ])('refuses %s', (_, given, options, message) => {
    expect(() => byComplexity(given as ComplexityBand[], options)).toThrow(message);
  });
});
