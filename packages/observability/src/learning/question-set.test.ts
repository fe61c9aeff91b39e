import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isPackedQuestions, packQuestions, unpackQuestions } from './question-set.ts';

it('questions that were packed are found again, and no others', () => {
  const hashes = fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }), { maxLength: 50 });
  fc.assert(
    fc.property(hashes, hashes, (packed, asked) => {
      const text = packQuestions(packed);
      expect(isPackedQuestions(text)).toBe(true);
      const isKnown = unpackQuestions(text);
      const known = new Set(packed.map((hash) => hash >>> 0));
      for (const hash of [...packed, ...asked]) expect(isKnown(hash)).toBe(known.has(hash >>> 0));
    }),
  );
});

it('copies and order of questions do not matter', () => {
  expect(packQuestions([3, 1, 3, 2])).toBe(packQuestions([1, 2, 3]));
});

it.each([1, undefined, 'AAA', 'AAA=', '....', 'AAAAAAA='])('%j is no set of questions', (value) => {
  expect(isPackedQuestions(value)).toBe(false);
});
