import { expect, it } from 'vitest';
import { hrTimeOf } from './clock-times.ts';

it.each([
  [0, [0, 0]],
  [1_500.25, [1, 500_250_000]],
  [999.999999, [0, 999_999_999]],
  [999.9999999, [1, 0]],
  [1_999.9999999, [2, 0]],
])('writes %d ms as seconds and less than a second of nanoseconds', (ms, time) => {
  expect(hrTimeOf(ms)).toEqual(time);
});
