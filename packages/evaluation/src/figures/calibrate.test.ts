import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { handMade } from '../training/__fixtures__/graded.ts';
import { calibrate, rowsToShowTarget, sentBy } from './calibrate.ts';
import type { Choices } from './choices.ts';
import { PromiseTest } from './promise.ts';

const repeated = (count: number, value: number): number[] => new Array<number>(count).fill(value);
const rising = (count: number): Float64Array => Float64Array.from({ length: count }, (_, row) => row);

/** So many rows with a strong model that is always right, and a cheap one that is wrong on the last few of them. */
const losing = (rows: number, lost: number): Choices =>
  handMade([...repeated(rows - lost, 1), ...repeated(lost, 0)], repeated(rows, 1));

describe('a threshold with a promise', () => {
  it('keeps most rows with the cheap model of all that are shown to keep the target', () => {
    const { threshold, isAdmitted, sent, rows } = calibrate(losing(1_000, 300), rising(1_000), { target: 0.95 });
    expect({ isAdmitted, rows }).toEqual({ isAdmitted: true, rows: 1_000 });
    expect(sent).toBe(270); // 30 of 1000 answers are lost; five steps more would lose 80, and 50 is the whole allowance
    expect(threshold).toBe(729.5);
  });

  it('is refused below the number of rows with which anything can be shown', () => {
    for (const [target, least] of [
      [0.95, 59],
      [0.98, 149],
      [0.99, 299],
    ] as const) {
      const few = calibrate(losing(least - 1, 0), rising(least - 1), { target });
      expect(few).toMatchObject({
        isAdmitted: false,
        refusal: 'too_few_rows',
        strongRight: least - 1,
        sent: least - 1,
      });
      expect(calibrate(losing(least, 0), rising(least), { target }).refusal).not.toBe('too_few_rows');
    }
  });

  it('counts only rows on which the strong model is right', () => {
    const wrong = handMade([...repeated(100, 1), ...repeated(900, 0)], [...repeated(100, 1), ...repeated(900, 0)]);
    expect(calibrate(wrong, rising(1_000), { target: 0.98 })).toMatchObject({
      refusal: 'too_few_rows',
      strongRight: 100,
    });
  });

  it('counts copies of a question once', () => {
    const options = { target: 0.95, questions: rising(600).map((row) => row % 50) };
    expect(calibrate(losing(600, 0), rising(600), options)).toMatchObject({ refusal: 'too_few_rows', strongRight: 50 });
  });

  it('is refused where too much is lost, and where nothing is known to be saved', () => {
    const [choices, scores] = [losing(400, 100), rising(400).map((row) => -row)];
    expect(calibrate(choices, scores, { target: 0.98 })).toMatchObject({ refusal: 'quality', threshold: -Infinity });
    const dear = { ...losing(400, 0), cheapCost: new Float64Array(400).fill(11) };
    expect(calibrate(dear, rising(400), { target: 0.95 })).toMatchObject({ refusal: 'saving' });
    const unknown = { ...losing(400, 0), cheapCost: new Float64Array(400).fill(Number.NaN) };
    expect(calibrate(unknown, rising(400), { target: 0.95 })).toMatchObject({ refusal: 'saving' });
  });

  it('is the same whatever the order of rows, if their questions are known', () => {
    const random = seededRandom(5);
    const rows = Array.from({ length: 500 }, (_, id) => ({ id, score: random(), cheap: Number(random() < 0.97) }));
    const found = [rows, rows.toReversed()].map((order) => {
      const choices = handMade(
        order.map(({ cheap }) => cheap),
        repeated(500, 1),
      );
      const questions = order.map(({ id }) => id * 7_919);
      return calibrate(
        choices,
        Float64Array.from(order, ({ score }) => score),
        { target: 0.95, questions },
      );
    });
    expect(found[0]).toEqual(found[1]);
  });

  it('never lies inside a block of equal scores', () => {
    const scores = rising(500).map((row) => Math.floor(row / 100));
    const { sent, threshold } = calibrate(losing(500, 90), scores, { target: 0.95 });
    expect(sent).toBe(100);
    expect(threshold).toBe(3.5);
  });

  it('says about how many rows would show the target, and that no number would where too much is lost', () => {
    const scores = rising(200);
    const needed = rowsToShowTarget(losing(200, 5), scores, { target: 0.99 }) as number;
    expect(needed).toBeGreaterThan(300);
    expect(calibrate(losing(needed, Math.round(needed / 40)), rising(needed), { target: 0.99 }).isAdmitted).toBe(true);
    expect(rowsToShowTarget(losing(200, 200), scores, { target: 0.995 })).toBeUndefined();
  });

  it.each([
    [{ target: 0 }, 'target must be above 0 and at most 1, not 0'],
    [{ target: 98 }, 'target must be above 0 and at most 1, not 98'],
    [{ target: 0.98, alpha: 0 }, 'alpha must be above 0 and below 1, not 0'],
  ])('refuses %j', (options, problem) => {
    expect(() => calibrate(handMade([1], [1]), rising(1), options)).toThrow(new RangeError(problem));
  });

  it('sends exactly as many of its own rows as it says', () => {
    const rows = fc.array(fc.record({ isGood: fc.boolean(), score: fc.integer({ min: 0, max: 9 }) }), {
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(rows, (drawn) => {
        const choices = handMade(
          drawn.map(({ isGood }) => Number(isGood)),
          drawn.map(() => 1),
        );
        const scores = Float64Array.from(drawn, ({ score }) => score);
        const { threshold, sent } = calibrate(choices, scores, { target: 0.7 });
        return sentBy(threshold, scores).reduce((sum, one) => sum + one, 0) === sent;
      }),
    );
  });
});

describe('what rows show of a threshold', () => {
  const [kept, test] = [{ scores: rising(400), threshold: Infinity }, new PromiseTest(losing(400, 4))];

  it('is a share of quality and a saving, each with its lower bound', () => {
    expect(test.keptLow(kept, 0.95)).toBeGreaterThan(0.95);
    expect(test.keptLow(kept, 0.95)).toBeLessThan(0.99);
    expect(test.savedLow(kept)).toBeGreaterThan(0.5);
    expect(test.savedLow(kept)).toBeLessThan(0.9);
  });

  it('proves nothing by one long answer', () => {
    const strongCost = Float64Array.from({ length: 400 }, (_, row) => (row === 7 ? 1_000_000 : 1));
    const choices = {
      ...losing(400, 0),
      strongCost,
      baselineCost: strongCost,
      cheapCost: new Float64Array(400).fill(2),
    };
    const mean = strongCost.reduce((sum, cost) => sum + cost, 0) / 400;
    expect(mean).toBeGreaterThan(2);
    expect(new PromiseTest(choices).saves(kept)).toBe(false);
  });

  it('takes a declared limit of what the cheap calls can cost, and shows less the more they could', () => {
    const choices = losing(400, 0);
    const savedLow = (mostCheapCost?: number): number | null =>
      new PromiseTest(choices, { mostCheapCost }).savedLow(kept);
    expect(savedLow()).toBe(savedLow(2)); // twice the largest seen
    expect(savedLow(1)).toBeGreaterThan(savedLow(2) as number);
    expect(savedLow(200)).toBeLessThan(savedLow(2) as number);
    expect(savedLow(Infinity)).toBeNull();
  });

  it('refuses a limit that the rows are above', () => {
    const problem = 'mostCheapCost must be at least the largest cost in the rows, 1, not 0.5';
    expect(() => new PromiseTest(losing(400, 0), { mostCheapCost: 0.5 })).toThrow(new RangeError(problem));
  });
});
