import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { handMade } from '../training/__fixtures__/graded.ts';
import { curveMetrics } from './curve.ts';
import { rankingOf } from './ranking.ts';

const scores = (...values: readonly number[]): Float64Array => Float64Array.from(values);

describe('the curve of a ranking', () => {
  // Sent one after the other, the quality is 1, 2, 2, 3 of 3, and the cost 4, 13, 22, 31, of a baseline of 30... three rows.
  const choices = handMade([0, 1, 0], [1, 1, 1]);

  it('has the figures of an example done by hand', () => {
    // Q(0..3) = 1, 2, 2, 3; PGR = 0, 0.5, 0.5, 1; C(0..3) = 3, 12, 21, 30
    const metrics = curveMetrics(choices, rankingOf(scores(3, 2, 1)));
    expect(metrics.apgr).toBeCloseTo((0.25 + 0.5 + 0.75) / 3, 12);
    expect(metrics.cpt50).toBeCloseTo(100 / 3, 12);
    expect(metrics.cpt80).toBeCloseTo(100, 12);
    expect(metrics.saved95).toBeCloseTo(0, 12);
  });

  it('finds the cheapest point that is good enough', () => {
    // Q = 1, 2, 3, 3, so two calls of the strong model do, and cost 21 of 30
    expect(curveMetrics(choices, rankingOf(scores(3, 1, 2))).saved99).toBeCloseTo(100 * (1 - 21 / 30), 12);
  });

  it('goes on in a straight line through equal scores, as a random mix does', () => {
    const wide = handMade([0, 0, 1, 0, 0, 1, 0, 0, 1, 0], Array(10).fill(1));
    const metrics = curveMetrics(wide, rankingOf(new Float64Array(10)));
    expect(metrics.apgr).toBeCloseTo(0.5, 12);
    expect(metrics).toMatchObject({ cpt50: 50, cpt80: 80 });
  });

  it('saves more than everything strong where the strong model is worse on some rows', () => {
    // Q = 2, 1: never sending is best, and it costs a tenth
    expect(curveMetrics(handMade([1, 1], [1, 0]), rankingOf(scores(2, 1))).saved99).toBeCloseTo(90, 12);
  });

  it('is not defined without a gap, and saves nothing known at unknown costs', () => {
    const equal = handMade([1, 0], [0, 1]);
    expect(curveMetrics(equal, rankingOf(scores(2, 1)))).toMatchObject({ apgr: null, cpt50: null, cpt80: null });
    const unknown = { ...choices, strongCost: scores(Number.NaN, 1, 1), baselineCost: scores(Number.NaN, 1, 1) };
    expect(curveMetrics(unknown, rankingOf(scores(3, 2, 1))).saved98).toBeNull();
  });

  it('counts a row as often as a resample drew it', () => {
    const twice = curveMetrics(handMade([0, 0, 1], [1, 1, 1]), rankingOf(scores(2, 2, 1)));
    expect(curveMetrics(handMade([0, 1], [1, 1]), rankingOf(scores(2, 1)), Uint16Array.of(2, 1))).toEqual(twice);
  });

  const qualities = fc.array(
    fc.record({ cheap: fc.integer({ min: 0, max: 1 }), strong: fc.integer({ min: 0, max: 1 }) }),
    {
      minLength: 1,
      maxLength: 40,
    },
  );

  it('of the reversed ranking has 1 - APGR where no scores are equal', () => {
    fc.assert(
      fc.property(qualities, (rows) => {
        const drawn = handMade(
          rows.map(({ cheap }) => cheap),
          rows.map(({ strong }) => strong),
        );
        const ranks = Float64Array.from(rows.keys());
        const forwards = curveMetrics(drawn, rankingOf(ranks)).apgr;
        const backwards = curveMetrics(drawn, rankingOf(ranks.map((rank) => -rank))).apgr;
        if (forwards === null || backwards === null) return forwards === backwards;
        return Math.abs(forwards + backwards - 1) < 1e-9;
      }),
    );
  });

  it('never saves more at a higher quality', () => {
    fc.assert(
      fc.property(qualities, fc.infiniteStream(fc.integer({ min: 0, max: 5 })), (rows, stream) => {
        const drawn = handMade(
          rows.map(({ cheap }) => cheap),
          rows.map(({ strong }) => strong),
        );
        const drawnScores = Float64Array.from(rows, () => stream.next().value ?? 0);
        const { saved95, saved98, saved99 } = curveMetrics(drawn, rankingOf(drawnScores));
        return (saved95 ?? 0) >= (saved98 ?? 0) - 1e-9 && (saved98 ?? 0) >= (saved99 ?? 0) - 1e-9;
      }),
    );
  });
});
