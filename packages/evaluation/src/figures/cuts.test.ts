import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { cutsOf, steadiest } from './cuts.ts';

const random = seededRandom(1);
const crowd = (rows: number, centre: number): number[] => Array.from({ length: rows }, () => centre + 0.01 * random());
const scores = Float64Array.from([...crowd(237, 0.1), ...crowd(163, 0.9)]);

describe('cuts between scores', () => {
  it('lie in every hundredth of the rows, and in a clear gap', () => {
    const cuts = cutsOf(scores);
    expect(cuts.map(({ kept }) => kept)).toEqual(
      expect.arrayContaining([4, 8, 12, 236, 237, 240, 396, 400]), // 237 is before the gap
    );
    expect(cuts.filter(({ isClear }) => isClear).map(({ kept }) => kept)).toEqual([237, 400]);
    expect(cuts.at(-1)?.threshold).toBe(Infinity);
  });

  it('rise, and keep as many rows as they say', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 150 }), (drawn) => {
        const cuts = cutsOf(Float64Array.from(drawn));
        for (const [place, { threshold, kept }] of cuts.entries()) {
          expect(drawn.filter((score) => score <= threshold)).toHaveLength(kept);
          expect(kept).toBeGreaterThan(cuts[place - 1]?.kept ?? 0);
        }
        expect(cuts.at(-1)?.kept).toBe(drawn.length);
      }),
    );
  });
});

describe('the cut that is taken of those that are shown', () => {
  const cuts = cutsOf(scores);
  const upTo = (most: number) => cuts.filter(({ kept }) => kept <= most);

  it('is in the gap before a crowd of scores, if it would keep only a few rows of the crowd', () => {
    expect(cuts[steadiest(upTo(250), 400)]?.kept).toBe(237);
  });

  it('is the last one if the gap is further away or missing', () => {
    expect(cuts[steadiest(upTo(280), 400)]?.kept).toBe(280);
    expect(cuts[steadiest(upTo(120), 400)]?.kept).toBe(120);
  });

  it('is the one before the last where that keeps few rows', () => {
    expect(cuts[steadiest(upTo(40), 400)]?.kept).toBe(36);
    expect(cuts[steadiest(upTo(4), 400)]?.kept).toBe(4);
    expect(steadiest([], 400)).toBe(-1);
  });

  it('is all rows where that is shown', () => {
    expect(cuts[steadiest(cuts, 400)]?.threshold).toBe(Infinity);
  });
});
