import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerLineOf, withAnswerLine } from './answer-line.ts';

describe('the answer at the end of a text', () => {
  it('is read back as it was written, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (answer) => {
        expect(answerLineOf(withAnswerLine('each step is checked', answer))).toBe(answer);
      }),
    );
    expect(answerLineOf(withAnswerLine('', '18\nAnswer: 19'))).toBe('18\nAnswer: 19');
  });

  it('is not there where no line says so', () => {
    expect(answerLineOf('the Answer: 18 follows')).toBeUndefined();
  });
});
