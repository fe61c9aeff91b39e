import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanQuality, percentileOf, ratioOf, savedShare, shown } from './figure.ts';

describe('figures', () => {
  it('are shown with their interval, and as a dash where there is none', () => {
    expect(shown({ value: 12.34, low: 10, high: null })).toBe('12.3 [10.0, -]');
    expect(shown({ value: 0.5, low: 0.4, high: 0.6 }, 3)).toBe('0.500 [0.400, 0.600]');
    expect(shown({ value: null, low: 1, high: 2 })).toBe('-');
  });

  it('of quality leave room for what was not seen, even where all answers were good', () => {
    const { n, value, low, high } = meanQuality(Array(100).fill(1));
    expect({ n, value }).toEqual({ n: 100, value: 100 });
    expect(low).toBeCloseTo(96.3, 1);
    expect(high).toBeCloseTo(100, 10);
    expect(meanQuality([])).toEqual({ n: 0, value: null, low: null, high: null });
  });

  it('of a saving are the ratio of sums, and are exact where every request saves the same share', () => {
    const saved = savedShare([1, 2, 3], [4, 8, 12]);
    expect([saved.value, saved.low, saved.high]).toEqual([75, 75, 75]);
    const { value, low, high } = savedShare([5, 1], [4, 4]);
    expect(value).toBe(25);
    expect((high as number) - 25).toBeCloseTo(25 - (low as number), 10);
    expect(savedShare([1], [2]).value).toBeNull();
    expect(ratioOf([1, 1], [0, 0]).value).toBeNull();
  });

  it('of a percentile lie between two of the values', () => {
    const { value, low, high } = percentileOf(
      Array.from({ length: 1_000 }, (_, index) => index),
      0.95,
    );
    expect([value, low, high]).toEqual([949, 935, 964]);
    expect(percentileOf([7], 0.5)).toMatchObject({ n: 1, value: 7 });
    expect(percentileOf([], 0.5).value).toBeNull();
  });

  it('of a percentile are in order, whatever the values', () => {
    const uniform = fc.array(fc.double({ min: 0, max: 1, noNaN: true, noDefaultInfinity: true }), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(uniform, fc.constantFrom(0.5, 0.95, 0.99), (values, share) => {
        const { value, low, high } = percentileOf(values, share);
        expect(values).toContain(value);
        expect(low ?? -1).toBeLessThanOrEqual(value as number);
        expect(high ?? 2).toBeGreaterThanOrEqual(value as number);
      }),
    );
  });
});
