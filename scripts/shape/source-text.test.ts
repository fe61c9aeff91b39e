import { describe, expect, it } from 'vitest';
import { isSource, withoutComments } from './source-text.ts';

describe('withoutComments', () => {
  it.each([
    ['a line', 'a(); // b', 'a();     '],
    ['a block', 'a(/* b\n * c */);', 'a(    \n       );'],
    ['nothing in a string', 'a(\'// b\', "/* c");', 'a(\'// b\', "/* c");'],
    ['nothing in a template', `a(\`// \${b} /* c\`);`, `a(\`// \${b} /* c\`);`],
    ['code in a template', `a(\`\${ {b: 1} /* c */ } // d\`);`, `a(\`\${ {b: 1}         } // d\`);`],
    ['nothing in a regular expression', "a(/'[/*]\\//); // b", "a(/'[/*]\\//);     "],
    ['after a division', "a(b / c); // it's", 'a(b / c);        '],
    ['after an escaped quote', "a('\\''); // b", "a('\\'');     "],
  ])('takes away %s', (_, text, code) => {
    expect(withoutComments(text)).toBe(code);
  });
});

describe('isSource', () => {
  it.each([
    ['src/a.ts', true],
    ['src/a.test.ts', false],
    ['src/a.test-d.ts', false],
    ['src/__fixtures__/a.ts', false],
  ])('%s: %s', (path, expected) => {
    expect(isSource(path)).toBe(expected);
  });
});
