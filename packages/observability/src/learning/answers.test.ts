import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answersAgree, normalAnswer } from './answers.ts';

const SAME: readonly (readonly [unknown, unknown])[] = [
  // JSON
  ['[1, 2]', '[1,2]'],
  ['{"a": 1, "b": [true, null]}', '{"b":[true,null],"a":1.0}'],
  ['```json\n{"city": "Rome"}\n```', '{"city":"Rome"}'],
  ['[1e2, -0]', '[100, 0]'],
  ['{"a":{"c":1,"b":2}}', '{"a":{"b":2,"c":1}}'],
  ['[]', '[ ]'],
  ['["\\u00e9"]', '["é"]'],
  // numbers and units
  ['$1,234.00', '1234'],
  ['18', ' 18.0 '],
  [18, '18.000'],
  ['1 234', '1,234'],
  ['\\$1,234', '1234'],
  ['"18"', '18'],
  ['1/2', '0.5'],
  ['2/4', '1/2'],
  ['\\frac{1}{2}', 'frac{1}{2}'],
  ['\\frac{1}{2}', '0.5'],
  ['1 1/2', '1.5'],
  ['1½', '3/2'],
  ['50%', '50 percent'],
  ['50 %', '0.5'],
  ['1 km', '1000 m'],
  ['90 minutes', '1.5 hours'],
  ['12 inches', '1 foot'],
  ['$5', '5 USD'],
  ['€77', '77 euros'],
  ['−3', '-3'],
  ['-$5', '$-5'],
  ['1.5e3', '1500'],
  ['1.5 × 10^3', '1500'],
  ['\\boxed{42}', '42'],
  ['$42$', '42'],
  ['x = 3', 'X=3'],
  ['42.', '42'],
  ['3 red boxes', '3  red boxes'],
  // dates and times
  ['2024-03-05', 'March 5, 2024'],
  ['2024-03-05', '5 March 2024'],
  ['5th of March 2024', 'Mar. 5th, 2024'],
  ['Tuesday, March 5, 2024', '2024/3/5'],
  ['13/04/2024', '2024-04-13'],
  ['04/13/2024', '13.04.2024'],
  ['2:00 pm', '14:00'],
  ['12 am', '00:00'],
  ['2024-03-05T14:00:00Z', '2024-03-05T15:00+01:00'],
  ['2024-03-05 14:00', '2024-03-05T14:00:00.000'],
  // labels
  ['"Yes"', "YES'"],
  ['**Positive**', 'positive.'],
  ['New  York', 'new york'],
  ['not_spam', 'NOT_SPAM'],
  ['A+', 'a+'],
  ['C#', 'c#'],
  ['don’t know', "Don't know"],
  ['cafe\u0301', 'café'],
  ['Paris (France)', 'paris (france)'],
  ['Jeff now has 86 glasses and 42 plates.', 'Jeff now has 86 glasses and 42 plates'],
  ['-221_3', '-221_3'],
];

const DIFFERENT: readonly (readonly [unknown, unknown])[] = [
  // JSON
  ['[1, 2]', '[12]'],
  ['["a","b"]', '["ab"]'],
  ['["a","b"]', '["b","a"]'],
  ['["A"]', '["a"]'],
  ['{"a":1}', '{"a":"1"}'],
  ['{"a":null}', '{}'],
  ['[1,2', '[1,2'],
  ['[12345678901234567890]', '[12345678901234567891]'],
  ['["Rob In"]', '["robin"]'],
  ['{"a":1}', '[["a",1]]'],
  ['[0.1]', '["0.1"]'],
  ['{"members":[]}', '{}'],
  ['["a b"]', '["ab"]'],
  ['["C:\\\\n"]', '["C:n"]'],
  ['"[1, 2]"', '[1, 2]'],
  // numbers and units
  ['18', '18.5'],
  ['10', '1'],
  ['1.05', '1.5'],
  ['1,2', '12'],
  ['1 2', '12'],
  ['1 23', '123'],
  ['1,23', '123'],
  ['12,34', '1,234'],
  ['5 km', '5 m'],
  ['5 km', '5'],
  ['50%', '50'],
  ['$5', '€5'],
  ['$5', '£5'],
  ['5 USD', '5'],
  ['5 mg', '5 g'],
  ['20 °C', '20 °F'],
  ['100 pounds', '£100'],
  ['-3', '3'],
  ['1/2', '1/20'],
  ['1/2', '2/1'],
  ['1/0', '2/0'],
  ['x = 3', 'y = 3'],
  ['x = 3', '3'],
  ['9007199254740993', '9007199254740992'],
  ['3 red boxes', '3 blue boxes'],
  ['1e5', '1e6'],
  [Number.NaN, Number.NaN],
  // dates and times
  ['03/04/2024', '03/04/2024'],
  ['03/04/2024', '2024-03-04'],
  ['2024-03-05', '2024-05-03'],
  ['2024-03-05', '20240305'],
  ['2024-02-30', '2024-02-30'],
  ['Monday, March 5, 2024', '2024-03-05'],
  ['2:00 pm', '2:00 am'],
  ['2024-03-05T14:00:00Z', '2024-03-05T14:00:00'],
  ['13:75', '13:75'],
  ['05/03/24', '05/03/24'],
  // labels
  ['"Rob In"', '"robin"'],
  ['New York', 'NewYork'],
  ['A', 'B'],
  ['A+', 'A'],
  ['not spam', 'spam'],
  ['re-sign', 'resign'],
  ["we're", 'were'],
  ['a, b', 'ab'],
  ['positive', 'positive, mostly'],
  // code and formulas
  ['print("Rob In")', 'print("robin")'],
  ['print(1)', 'print(1)'],
  ['```python\nx = 1\n```', '```python\nx = 1\n```'],
  ['return a + b', 'return a + b'],
  ['SELECT name FROM users', 'SELECT name FROM users'],
  ['a == b', 'a == b'],
  ['x => x + 1', 'x => x + 1'],
  ['if (a) { b; }', 'if(a){b;}'],
  ['import os', 'import os'],
  ['a\\nb', 'anb'],
  ['\\sqrt{89}', 'sqrt{89}'],
  ['i++;', 'i++;'],
  // nothing to compare
  [undefined, undefined],
  [null, null],
  ['', ''],
  [' $ ', ' $ '],
  ['A', undefined],
  ['""', '""'],
  ['...', '...'],
];

describe('two answers', () => {
  it.each(SAME)('%j and %j agree', (one, other) => {
    expect(answersAgree(one, other)).toBe(true);
    expect(answersAgree(other, one)).toBe(true);
  });

  it.each(DIFFERENT)('%j and %j do not agree', (one, other) => {
    expect(answersAgree(one, other)).toBe(false);
    expect(answersAgree(other, one)).toBe(false);
  });

  it('agree both ways or not at all', () => {
    const answer = fc.option(fc.oneof(fc.string(), fc.json(), fc.double().map(String)), { nil: undefined });
    fc.assert(fc.property(answer, answer, (one, other) => answersAgree(one, other) === answersAgree(other, one)));
  });

  it('agree as JSON if, and only if, their values are equal', () => {
    const value = fc.jsonValue({ maxDepth: 2 }).map((inner) => [inner]);
    fc.assert(
      fc.property(value, value, (one, other) => {
        const [first, second] = [JSON.stringify(one), JSON.stringify(other, undefined, 2)];
        expect(answersAgree(first, second)).toBe(first === JSON.stringify(other));
        return answersAgree(first, JSON.stringify(one, undefined, 2));
      }),
    );
  });

  it('agree as whole numbers if, and only if, they are equal', () => {
    const whole = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
    fc.assert(fc.property(whole, whole, (one, other) => answersAgree(`${one}.0`, `${other}`) === (one === other)));
  });

  it('are compared in a time that grows with their length', () => {
    for (const text of ['(a', '1,', '[', '9', '" ', 'a ', '{"a":']) {
      expect(answersAgree(text.repeat(50_000), `${text.repeat(50_000)}x`)).toBe(false);
    }
  });
});

describe('the compact form of an answer', () => {
  it('stays as it is, but for zeros that were hidden', () => {
    expect(normalAnswer(' $2,500.00 ')).toBe('2500');
    fc.assert(
      fc.property(fc.stringMatching(/^[ A-Za-z$,"\\0-9]*$/), (text) => {
        const once = normalAnswer(text);
        return once === undefined || normalAnswer(once) === once;
      }),
    );
  });
});
