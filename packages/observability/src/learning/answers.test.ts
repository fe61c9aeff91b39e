import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answersAgree, normalAnswer } from './answers.ts';

describe('two answers', () => {
  it.each([
    ['$1,234.00', '1234'],
    ['18', ' 18.0 '],
    ['\\frac{1}{2}', 'frac{1}{2}'],
    ['"Yes"', "YES'"],
    [18, '18.000'],
    ['x = 3', 'X=3'],
  ])('%j and %j agree', (one, other) => expect(answersAgree(one, other)).toBe(true));

  it.each([
    ['18', '18.5'],
    ['10', '1'],
    ['1.05', '1.5'],
    [undefined, undefined],
    [null, null],
    ['', ''],
    [' $ ', ' $ '],
    ['A', undefined],
  ])('%j and %j do not agree', (one, other) => expect(answersAgree(one, other)).toBe(false));

  it('agree both ways or not at all', () => {
    const answer = fc.option(fc.oneof(fc.string(), fc.double().map(String)), { nil: undefined });
    fc.assert(fc.property(answer, answer, (one, other) => answersAgree(one, other) === answersAgree(other, one)));
  });

  it('are brought into a form that stays as it is, but for zeros that were hidden', () => {
    expect(normalAnswer(' $2,500.00 ')).toBe('2500');
    fc.assert(
      fc.property(fc.stringMatching(/^[ A-Za-z$,"\\0-9]*$/), (text) => {
        const once = normalAnswer(text);
        return once === undefined || normalAnswer(once) === once;
      }),
    );
  });
});
