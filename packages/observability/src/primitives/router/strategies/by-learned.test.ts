import { describe, expect, it } from 'vitest';
import { FEATURE_NAMES } from '../../../learning/features.ts';
import { packSlots } from '../../../learning/slot-weights.ts';
import type { RoutingCalibration, RoutingWeights } from '../../../learning/weights.ts';
import { ask, candidate, routeOf } from '../__fixtures__/routing.ts';
import { byLearned } from './by-learned.ts';

const HASH_BITS = 8;

/** Heads that look at one feature only, the length of a prompt. */
function weightsOf(
  heads: Readonly<Record<string, { bias: number; perLength: number }>>,
  calibration?: RoutingCalibration,
): RoutingWeights {
  const features = (perLength: number): number[] =>
    FEATURE_NAMES.map((name) => (name === 'logCharacters' ? perLength : 0));
  const flat = packSlots(new Float32Array(2 ** HASH_BITS));
  return {
    version: 1,
    hashBits: HASH_BITS,
    features: [...FEATURE_NAMES],
    scaler: { mean: features(0), deviation: FEATURE_NAMES.map(() => 1) },
    heads: Object.fromEntries(
      Object.entries(heads).map(([model, { bias, perLength }]) => [
        model,
        { bias, features: features(perLength), ...flat },
      ]),
    ),
    ...(calibration === undefined ? {} : { calibration }),
  };
}

const calibration: RoutingCalibration = {
  cheap: 'mini',
  strong: 'max',
  target: 0.98,
  promise: 'shown',
  choice: 'by_score',
  threshold: 0.2,
  rows: 500,
};
/** The small model is worse the longer a prompt is, the large one is as good with any. */
const heads = { mini: { bias: 3, perLength: -1 }, max: { bias: 3, perLength: 0 } };
const weights = weightsOf(heads, calibration);

const mini = candidate('small', { model: 'mini', expectedUsd: 1 });
const max = candidate('large', { model: 'max', expectedUsd: 10 });
const routes = [max, mini];
const [short, long] = ['x', 'x'.repeat(60)];

describe('byLearned', () => {
  it('takes the model that its calibration chooses', () => {
    expect(ask(byLearned(weights), routes, short)).toEqual({
      route: 'small',
      reason: 'learned',
      score: { value: expect.closeTo(0.043, 3), thresholds: [{ route: 'small', upTo: 0.2 }] },
      among: ['small', 'large'],
    });
    expect(ask(byLearned(weights), routes, long)).toEqual({
      route: 'large',
      reason: 'learned',
      score: { value: expect.any(Number), thresholds: [{ route: 'small', upTo: 0.2 }] },
      among: ['large', 'small'],
    });
  });

  it('reads weights as they lie in their file', () => {
    expect(routeOf(byLearned(JSON.stringify(weights)), routes, long)).toBe('large');
  });

  it('follows a calibration that found no threshold', () => {
    const always = byLearned(weightsOf(heads, { ...calibration, choice: 'always_strong', threshold: null }));
    expect(routeOf(always, routes, short)).toBe('large');
  });

  it('takes the strong model when the cheap one may not be taken, and the other way round', () => {
    expect(routeOf(byLearned(weights), [max], short)).toBe('large');
    expect(routeOf(byLearned(weights), [mini], long)).toBe('small');
  });

  it('takes the cheapest of several routes to the model', () => {
    const bargain = candidate('bargain', { model: 'mini', expectedUsd: 0.5 });
    expect(routeOf(byLearned(weights), [...routes, bargain], short)).toBe('bargain');
  });

  it('knows a route by its own name where it names no model that was learned', () => {
    expect(routeOf(byLearned(weights), [candidate('mini'), candidate('max', { model: 'max-2026' })], long)).toBe('max');
  });

  it('has no opinion when nothing was learned of any route', () => {
    expect(ask(byLearned(weights), [candidate('other', { model: 'gpt' })], short)).toBeUndefined();
  });

  it('takes the cheapest model within a threshold of the best, of any number', () => {
    const three = weightsOf({ ...heads, mid: { bias: 2.5, perLength: -0.1 } });
    const all = [...routes, candidate('middle', { model: 'mid', expectedUsd: 3 })];
    const strategy = byLearned(three, { threshold: 0.1 });
    expect(ask(strategy, all, short)).toMatchObject({ route: 'small' });
    expect(ask(strategy, all, long)).toEqual({
      route: 'middle',
      reason: 'learned',
      among: ['middle', 'large', 'small'],
    });
    expect(routeOf(byLearned(three, { threshold: 0 }), all, long)).toBe('large');
  });

  it('weighs what a good answer is worth against what it costs', () => {
    const uncalibrated = weightsOf(heads);
    expect(routeOf(byLearned(uncalibrated, { lambda: 0 }), routes, long)).toBe('large');
    expect(routeOf(byLearned(uncalibrated, { lambda: 0.05 }), routes, long)).toBe('large');
    expect(routeOf(byLearned(uncalibrated, { lambda: 0.2 }), routes, long)).toBe('small');
  });

  it('refuses weights that were calibrated for less than is wanted, or not at all', () => {
    for (const target of [0.95, 0.98]) expect(() => byLearned(weights, { target })).not.toThrow();
    expect(() => byLearned(weights, { target: 0.99 })).toThrow(
      new RangeError('byLearned: target is 0.99, but the weights were calibrated for 0.98'),
    );
    expect(() => byLearned(weightsOf(heads))).toThrow(
      'byLearned: the weights are not calibrated; run `tta router calibrate`',
    );
  });

  it.each<[object, string]>([
    [{ threshold: 2 }, 'byLearned: threshold must be a number at least 0 and at most 1'],
    [{ lambda: -1 }, 'byLearned: lambda must be'],
    [{ target: 98 }, 'byLearned: target must be'],
    [{ target: 0.9, lambda: 1 }, 'target, threshold and lambda exclude each other'],
    [{ tolerance: 1 }, 'byLearned: tolerance is not an option'],
  ])('refuses %j', (options, message) => {
    expect(() => byLearned(weights, options)).toThrow(message);
  });
});
