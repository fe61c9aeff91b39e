import { describe, expect, it } from 'vitest';
import { nearestRank } from './nearest-rank.ts';

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

describe('the nearest rank', () => {
  it('is the lowest value that enough of all do not exceed', () => {
    expect([0, 0.5, 0.95, 1].map((share) => nearestRank(upTo(100), share))).toEqual([1, 50, 95, 100]);
    expect([0.5, 0.67].map((share) => nearestRank([9, 10, 100], share))).toEqual([10, 100]);
  });

  it('takes a whole rank for what it is, whatever the rounding of the share', () => {
    for (let rank = 1; rank <= 100; rank += 1) expect(nearestRank(upTo(100), rank / 100)).toBe(rank);
  });

  it('is undefined where there is nothing', () => {
    expect(nearestRank([], 0.5)).toBeUndefined();
  });
});
