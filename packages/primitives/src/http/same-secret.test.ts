import { expect, it } from 'vitest';
import { isSameSecret } from './same-secret.ts';

it('compares texts of any length', () => {
  expect(isSameSecret('token', 'token')).toBe(true);
  expect(isSameSecret('token', 'tokem')).toBe(false);
  expect(isSameSecret('token', 'token and more')).toBe(false);
  expect(isSameSecret('', '')).toBe(true);
});
