import { describe, expect, it } from 'vitest';
import { checkArithmetic } from './arithmetic.ts';

describe('the sums of a text', () => {
  it.each([
    ['She has 16 - 3 = 13 eggs and earns $<<9*2=18>>18', 2, 0],
    ['so 3 * (4 + 1) = 16', 1, 1],
    ['10 / 3 = 3.33', 1, 0],
    ['10 / 3 = 3.43', 1, 1],
    ['1,200 + 34.5 = $1,234.5', 1, 0],
    ['50% * 20 = 10', 1, 0],
    ['7 × 6 = 42 and 8 ÷ 2 = 4 and 5 − 7 = -2', 3, 0],
    ['x = 3, 12 = 12', 0, 0],
    ['1 / 0 = 5', 0, 0],
    ['(1 + 2 = 3', 0, 0],
    ['-5 + 3 = -2', 1, 0],
    ['it is −$5 + $3 = -2', 1, 0],
    ['- 5 + 3 = 8', 1, 0],
    ['-5 + 3 = 7', 1, 1],
    ['x - 5 + 3 = 10', 0, 0],
    ['x + 3 + 4 = 10', 0, 0],
    ['2^3 + 1 = 9', 0, 0],
    ['', 0, 0],
  ])('%j: %d found, %d wrong', (text, equations, wrong) => {
    expect(checkArithmetic(text)).toEqual({ equations, wrong });
  });

  it('are looked for in bounded time in a text made to be slow', () => {
    for (const text of ['('.repeat(100_000), '1 '.repeat(50_000), '1+'.repeat(50_000)]) {
      expect(checkArithmetic(text)).toEqual({ equations: 0, wrong: 0 });
    }
  });
});
