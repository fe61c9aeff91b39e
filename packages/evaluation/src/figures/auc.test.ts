import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaUnderCurve } from './auc.ts';
import { rankingOf } from './ranking.ts';

const of = (quality: readonly number[], scores: readonly number[], counts?: readonly number[]) =>
  areaUnderCurve(
    Float64Array.from(quality),
    rankingOf(Float64Array.from(scores)),
    counts === undefined ? undefined : Uint16Array.from(counts),
  );

describe('the area under the ROC curve', () => {
  it.each([
    [[1, 1, 0, 0], [4, 3, 2, 1], 1],
    [[0, 0, 1, 1], [4, 3, 2, 1], 0],
    [[1, 0, 1, 0], [4, 3, 2, 1], 0.75],
    [[1, 0, 1, 0], [1, 1, 1, 1], 0.5],
    [[0.5, 0.5], [2, 1], 0.5],
    [[1, 0.5, 0], [3, 2, 1], 17 / 18],
  ])('of qualities %j with scores %j is %d', (quality, scores, area) => {
    expect(of(quality, scores)).toBeCloseTo(area, 12);
  });

  it('is not defined where all answers are good, or all are bad', () => {
    expect(of([1, 1], [2, 1])).toBeNull();
    expect(of([0, 0], [2, 1])).toBeNull();
    expect(of([], [])).toBeNull();
  });

  it('is the share of pairs of a good and a bad answer in which the good one is ahead, ties counting half', () => {
    const rows = fc.array(
      fc.record({ good: fc.boolean(), score: fc.integer({ min: 0, max: 5 }), count: fc.integer({ min: 0, max: 3 }) }),
      { minLength: 2, maxLength: 20 },
    );
    fc.assert(
      fc.property(rows, (drawn) => {
        let pairs = 0;
        let ahead = 0;
        for (const good of drawn.filter((row) => row.good)) {
          for (const bad of drawn.filter((row) => !row.good)) {
            const weight = good.count * bad.count;
            pairs += weight;
            ahead += weight * (good.score > bad.score ? 1 : good.score === bad.score ? 0.5 : 0);
          }
        }
        const area = of(
          drawn.map(({ good }) => Number(good)),
          drawn.map(({ score }) => score),
          drawn.map(({ count }) => count),
        );
        if (pairs === 0) expect(area).toBeNull();
        else expect(area).toBeCloseTo(ahead / pairs, 10);
      }),
    );
  });
});
