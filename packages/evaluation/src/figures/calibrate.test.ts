import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { handMade } from '../training/__fixtures__/graded.ts';
import { calibrate, sentBy } from './calibrate.ts';

const scores = (...values: readonly number[]): Float64Array => Float64Array.from(values);

describe('a threshold by the lower confidence bound', () => {
  it('is the cheapest one that keeps the target', () => {
    // one row of three needs the strong model, and has the highest score
    const choices = handMade([0, 1, 1], [1, 1, 1]);
    expect(calibrate(choices, scores(0.9, 0.5, 0.1), { target: 0.98, z: 0 })).toEqual({
      threshold: 0.7,
      isAdmitted: true,
      sent: 1,
      rows: 3,
    });
  });

  it('keeps a distance of z standard errors from the target', () => {
    // k = 0: d = -0.5, 0.5, 0.5, 0.5 with mean 0.25 and deviation sqrt(0.25 - 0.0625); the bound is 0.25 - z * 0.4330 / 2
    const choices = handMade([0, 1, 1, 1], [1, 1, 1, 1]);
    const at = (z: number): number => calibrate(choices, scores(4, 3, 2, 1), { target: 0.5, z }).sent;
    expect(at(0.25 / (Math.sqrt(0.1875) / 2) - 1e-6)).toBe(0);
    expect(at(0.25 / (Math.sqrt(0.1875) / 2) + 1e-6)).toBe(1);
  });

  it('is not there where none is sure enough: then the strong model is always needed', () => {
    const choices = handMade([0, 1, 0, 1], [0, 1, 0, 0.01]);
    const none = calibrate({ ...choices, cheapQuality: scores(0, 0, 0, 0) }, scores(4, 3, 2, 1), {
      target: 1,
      z: 1.64,
    });
    expect(none.sent).toBe(4);
    expect(none.threshold).toBe(-Infinity);
    const strongWorse = { ...choices, strongQuality: scores(0, 0, 0, 0), cheapQuality: scores(0, 0, 0, 0) };
    expect(calibrate(strongWorse, scores(4, 3, 2, 1), { target: 1 })).toMatchObject({ threshold: Infinity, sent: 0 });
  });

  it('never lies inside a block of equal scores', () => {
    // one of two tied rows needs the strong model: both go, or none
    const choices = handMade([0, 1, 1, 1], [1, 1, 1, 1]);
    const { sent, threshold } = calibrate(choices, scores(2, 2, 1, 1), { target: 1, z: 0 });
    expect(sent).toBe(2);
    expect([...sentBy(threshold, scores(2, 2, 1, 1))]).toEqual([1, 1, 0, 0]);
  });

  it('takes the cheaper of those admitted, also where the strong model is the cheaper one', () => {
    const cheapStrong = { ...handMade([1, 1], [1, 1]), strongCost: scores(0.5, 0.5) };
    expect(calibrate(cheapStrong, scores(2, 1), { target: 1, z: 0 })).toMatchObject({ sent: 2, threshold: -Infinity });
  });

  it.each([
    [{ target: 0 }, 'target must be above 0 and at most 1, not 0'],
    [{ target: 98 }, 'target must be above 0 and at most 1, not 98'],
    [{ target: 0.98, z: -1 }, 'z must be 0 or more, not -1'],
  ])('refuses %j', (options, problem) => {
    expect(() => calibrate(handMade([1], [1]), scores(1), options)).toThrow(new RangeError(problem));
  });

  const rows = fc.array(
    fc.record({
      cheap: fc.integer({ min: 0, max: 1 }),
      strong: fc.integer({ min: 0, max: 1 }),
      score: fc.integer({ min: 0, max: 9 }),
    }),
    { minLength: 1, maxLength: 60 },
  );

  it('saves no more the surer one wants to be', () => {
    fc.assert(
      fc.property(
        rows,
        fc.tuple(fc.double({ min: 0, max: 3, noNaN: true }), fc.double({ min: 0, max: 3, noNaN: true })),
        (drawn, zs) => {
          const choices = handMade(
            drawn.map(({ cheap }) => cheap),
            drawn.map(({ strong }) => strong),
          );
          const drawnScores = Float64Array.from(drawn, ({ score }) => score);
          const [bold, sure] = zs
            .toSorted((one, other) => one - other)
            .map((z) => calibrate(choices, drawnScores, { target: 0.9, z }).sent) as [number, number];
          return bold <= sure;
        },
      ),
    );
  });

  it('sends exactly as many of its own rows as it says', () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const choices = handMade(
          drawn.map(({ cheap }) => cheap),
          drawn.map(({ strong }) => strong),
        );
        const drawnScores = Float64Array.from(drawn, ({ score }) => score);
        const { threshold, sent } = calibrate(choices, drawnScores, { target: 0.95 });
        return sentBy(threshold, drawnScores).reduce((sum, one) => sum + one, 0) === sent;
      }),
    );
  });
});
