import { expect, it } from 'vitest';
import { ScoreTally } from './score-tally.ts';

const thresholds = [{ route: 'small', upTo: 0.5 }];

function total(tally: ScoreTally): number {
  return tally.routes.flatMap(({ counts }) => counts).reduce((sum, count) => sum + count, 0);
}

it('counts scores in fifty bins around the threshold, by route', () => {
  const tally = new ScoreTally();
  tally.add({ value: 0.11, thresholds }, 'small');
  tally.add({ value: 0.99, thresholds }, 'large');
  const [small, large] = tally.routes;
  expect([tally.top, small?.counts[5], large?.counts[49]]).toEqual([1, 1, 1]);
});

it('widens its bins for a higher score, and keeps every count', () => {
  const tally = new ScoreTally();
  for (const value of [0.01, 0.03, 0.99, -3, 3.9, 1e12]) tally.add({ value, thresholds }, 'small');
  expect(tally.top).toBe(2 ** 20);
  expect(total(tally)).toBe(6);
  expect(tally.routes[0]?.counts[49]).toBe(1);
});

it('remembers which route takes the highest scores, also when a later decision does not say', () => {
  const [told, silent] = [new ScoreTally(), new ScoreTally()];
  told.add({ value: 0.1, thresholds }, 'small', 'large');
  told.add({ value: 0.1, thresholds }, 'small');
  silent.add({ value: 0.2, thresholds }, 'small');
  told.merge(silent);
  silent.merge(told);
  expect([told.above, silent.above]).toEqual(['large', 'large']);
});

it('forgets which route takes the highest scores when the thresholds change', () => {
  const tally = new ScoreTally();
  tally.add({ value: 0.1, thresholds }, 'small', 'large');
  tally.add({ value: 0.1, thresholds: [{ route: 'large', upTo: 0.5 }] }, 'large');
  expect(tally.above).toBeUndefined();
});

it('adds up with one whose bins are wider or narrower', () => {
  for (const [first, second] of [
    [0.3, 3],
    [3, 0.3],
  ] as const) {
    const [one, other] = [new ScoreTally(), new ScoreTally()];
    one.add({ value: first, thresholds }, 'small');
    other.add({ value: second, thresholds }, 'small');
    one.merge(other);
    const bins = one.routes[0]?.counts.flatMap((count, bin) => (count > 0 ? [bin] : []));
    expect([one.top, bins]).toEqual([4, [3, 37]]);
  }
});
