import fc from 'fast-check';
import { WorkflowContext } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { ask, candidate, routeOf } from '../__fixtures__/routing.ts';
import { byWeight } from './by-weight.ts';

const both = [candidate('stable'), candidate('canary')];
const users = Array.from({ length: 4_000 }, (_, index) => new WorkflowContext({ userId: `user ${index}` }));
const byUser = { key: (_: unknown, { userId }: WorkflowContext) => userId };

describe('byWeight', () => {
  it('draws by the share of each route', () => {
    const drawn = (point: number) => routeOf(byWeight({ stable: 3, canary: 1 }, { random: () => point }), both, '');
    expect([0, 0.749, 0.75, 0.999].map(drawn)).toEqual(['stable', 'stable', 'canary', 'canary']);
  });

  it('leaves the share of a route that may not be taken to the others', () => {
    const strategy = byWeight({ stable: 0.9, canary: 0.1 }, { random: () => 0.99 });
    expect(ask(strategy, [candidate('stable'), candidate('other')], '')).toEqual({
      route: 'stable',
      reason: 'weight',
      among: ['stable'],
    });
    expect(ask(strategy, [candidate('other')], '')).toBeUndefined();
  });

  it('never takes a route without weight', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (point) => {
        expect(routeOf(byWeight({ stable: 1, canary: 0 }, { random: () => point }), both, '')).toBe('stable');
      }),
    );
  });

  it('sends a key the same way each time, and keys by their share', () => {
    const strategy = byWeight({ stable: 0.9, canary: 0.1 }, byUser);
    const routes = users.map((user) => routeOf(strategy, both, '', user));
    expect(users.map((user) => routeOf(strategy, both, '', user))).toEqual(routes);
    const share = routes.filter((route) => route === 'canary').length / users.length;
    expect(share).toBeGreaterThan(0.08);
    expect(share).toBeLessThan(0.12);
  });

  it('moves keys to a canary that grows, and none away from it', () => {
    const small = byWeight({ stable: 0.9, canary: 0.1 }, byUser);
    const grown = byWeight({ stable: 0.7, canary: 0.3 }, byUser);
    const left = users.filter(
      (user) => routeOf(small, both, '', user) === 'canary' && routeOf(grown, both, '', user) !== 'canary',
    );
    expect(left).toEqual([]);
  });

  it.each<[unknown, string]>([
    [null, 'byWeight: weights must be an object of weights by route, but it is null'],
    [{ a: -1 }, 'byWeight: weights["a"] must be a number at least 0, but it is -1'],
    [{ a: 0 }, 'byWeight: weights must hold at least one above 0'],
  ])('refuses %j', (weights, message) => {
    expect(() => byWeight(weights as Record<string, number>)).toThrow(message);
  });
});
