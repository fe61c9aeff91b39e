import { WorkflowContext } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { ask, candidate, routeOf } from '../__fixtures__/routing.ts';
import { byCost } from './by-cost.ts';
import { byLatency } from './by-latency.ts';
import { byLeastBusy } from './by-least-busy.ts';

describe('byCost', () => {
  const routes = [
    candidate('dear', { expectedUsd: 0.02 }),
    candidate('unknown'),
    candidate('cheap', { expectedUsd: 0.001 }),
  ];

  it('takes the cheapest route, and leaves routes without a known price to the last', () => {
    expect(ask(byCost(), routes, 'hello')).toEqual({
      route: 'cheap',
      reason: 'cost',
      among: ['cheap', 'dear', 'unknown'],
    });
  });

  it('takes a route that costs nothing for the cheapest', () => {
    expect(routeOf(byCost(), [...routes, candidate('free', { expectedUsd: 0 })], 'hello')).toBe('free');
  });

  it('has no opinion when no price is known', () => {
    expect(ask(byCost(), [candidate('a'), candidate('b')], 'hello')).toBeUndefined();
    expect(ask(byCost(), [], 'hello')).toBeUndefined();
  });
});

describe('byLeastBusy', () => {
  it('takes the route with the fewest requests under way', () => {
    const routes = [candidate('a', { inFlight: 3 }), candidate('b', { inFlight: 1 }), candidate('c', { inFlight: 2 })];
    expect(ask(byLeastBusy(), routes, 'hello')).toEqual({
      route: 'b',
      reason: 'least_busy',
      among: ['b', 'c', 'a'],
    });
  });

  it('takes the one that was taken longest ago of those that are as busy', () => {
    const routes = [
      candidate('a', { lastTaken: 9 }),
      candidate('b', { lastTaken: 7 }),
      candidate('c', { lastTaken: 8 }),
    ];
    expect(routeOf(byLeastBusy(), routes, 'hello')).toBe('b');
  });
});

describe('byLatency', () => {
  const slow = candidate('slow', { latencyMs: 900 });
  const fast = candidate('fast', { latencyMs: 300 });

  it('takes the fastest route', () => {
    expect(ask(byLatency(), [slow, fast], 'hello')).toEqual({
      route: 'fast',
      reason: 'latency',
      among: ['fast', 'slow'],
    });
  });

  it('shares the load among those that are about as fast', () => {
    const asFast = candidate('as fast', { latencyMs: 325 });
    const busy = candidate('fast', { latencyMs: 300, inFlight: 2 });
    expect(routeOf(byLatency(), [slow, busy, asFast], 'hello')).toBe('as fast');
    expect(routeOf(byLatency({ tolerance: 0 }), [slow, busy, asFast], 'hello')).toBe('fast');
  });

  it('has one request at a time find out about a route of which nothing is known', () => {
    expect(ask(byLatency(), [fast, candidate('new')], 'hello')).toMatchObject({
      route: 'new',
      reason: 'latency_probe',
    });
    expect(routeOf(byLatency(), [fast, candidate('new', { inFlight: 1 })], 'hello')).toBe('fast');
  });

  it('does not try a route if requests gave up on it after waiting longer than the fastest route takes', () => {
    const unanswered = (unansweredMs: number) => candidate('new', { unansweredMs });
    expect(ask(byLatency(), [unanswered(331), fast], 'hello')).toEqual({
      route: 'fast',
      reason: 'latency',
      among: ['fast', 'new'],
    });
    expect(routeOf(byLatency(), [unanswered(329), fast], 'hello')).toBe('new');
    expect(ask(byLatency(), [unanswered(331), candidate('b', { inFlight: 1 })], 'hello')).toMatchObject({
      route: 'new',
      reason: 'latency_probe',
    });
  });

  it('spreads the first requests while nothing is known of any', () => {
    const routes = [candidate('a', { inFlight: 1, lastTaken: 1 }), candidate('b', { inFlight: 1, lastTaken: 2 })];
    expect(routeOf(byLatency(), routes, 'hello')).toBe('a');
    expect(ask(byLatency(), [], 'hello')).toBeUndefined();
  });

  it('asks for the percentile that it was told', () => {
    const asked: number[] = [];
    const route = { ...fast, latencyMs: (percent: number) => asked.push(percent) };
    ask(byLatency({ percentile: 50 }), [route], 'hello', new WorkflowContext());
    expect(new Set(asked)).toEqual(new Set([50]));
  });

  it.each([
    [{ percentile: 0 }, 'byLatency: percentile must be a number above 0 and at most 100, but it is 0'],
    [{ tolerance: -1 }, 'byLatency: tolerance must be a number at least 0'],
    [{ quantile: 9 }, 'byLatency: quantile is not an option'],
  ])('refuses %j', (options: object, message) => {
    expect(() => byLatency(options)).toThrow(message);
  });
});
