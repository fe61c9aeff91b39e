import { expect, it } from 'vitest';
import { savingStyle } from './saving-style.ts';

it.each([
  ['green', 1, 10, 5],
  ['yellow', 1, 10, 6],
  ['yellow', 0, 10, 0],
  ['red', -1, 10, 0],
  ['red', -1, 10, 10],
])('is %s for a saving of %d where of %d requests %d failed', (style, savedUsd, requests, failed) => {
  expect(savingStyle(savedUsd, requests, failed)).toBe(style);
});
