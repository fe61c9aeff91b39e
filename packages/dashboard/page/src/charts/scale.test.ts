import { expect, it } from 'vitest';
import { bucketName, inPairs, stacked, timeTicks, valueAxis } from './scale.ts';

it.each([
  [0.156, [0, 0.1, 0.2]],
  [56, [0, 20, 40, 60]],
  [6000, [0, 2000, 4000, 6000]],
  [7, [0, 2.5, 5, 7.5]],
  [0, [0, 1]],
])('the axis up to %s has the ticks %j', (largest, ticks) => {
  expect(valueAxis(largest).ticks.map((tick) => Number(tick.toPrecision(6)))).toEqual(ticks);
});

it.each([
  [1, [0, 1]],
  [2, [0, 1, 2]],
  [7, [0, 3, 6, 9]],
])('counts up to %s have whole ticks %j', (largest, ticks) => {
  expect(valueAxis(largest, { isWhole: true }).ticks).toEqual(ticks);
});

it('never draws more than three lines above zero', () => {
  for (let largest = 0.001; largest < 10_000; largest *= 1.37) {
    expect(valueAxis(largest).ticks.length).toBeLessThanOrEqual(4);
    expect(valueAxis(largest).top).toBeGreaterThanOrEqual(largest * (1 - 1e-9));
  }
});

it('stacks parts on each other', () => {
  expect(
    stacked([
      [1, 2],
      [3, 0],
    ]),
  ).toEqual([
    { low: [0, 0], high: [1, 2] },
    { low: [1, 2], high: [4, 2] },
  ]);
});

it('draws the mean of two buckets, and nothing where both are empty', () => {
  expect(inPairs([1, 3, null, 5, null, null, 7])).toEqual([2, 5, null, 7]);
});

it('names the bucket and its instants', () => {
  expect([60_000, 15_000, 1_440_000, 10_080_000].map(bucketName)).toEqual(['minute', '15 s', '24 min', '2.8 h']);
  expect(timeTicks(0, 60, 300)).toEqual([0, 20, 40, 60]);
});
