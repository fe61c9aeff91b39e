import { describe, expect, it } from 'vitest';
import { commentFindings, stringFindings, wordFindings } from './words.ts';

const findings = (text: string) => wordFindings([{ path: 'docs/a.md', text }]);
const words = (count: number): string => 'word '.repeat(count).trim();

describe('the phrases of a page', () => {
  it.each([
    'nobody',
    'Whoever',
    'for ever',
    'so that',
    'is none',
    'of which',
    'thereof',
    'dear',
    'dearest',
    'whether or not',
  ])('may not contain "%s"', (phrase) => {
    expect(findings(`# Title\n\nA sentence, ${phrase} it ends.\n`)).toEqual([
      `docs/a.md:3: write the sentence again without "${phrase}"`,
    ]);
  });

  it('are looked for in tables and points of lists too', () => {
    expect(findings('| so that |\n\n- so that\n')).toHaveLength(2);
  });

  it('are found over two lines', () => {
    expect(findings('It waits, so\nthat it ends.\n')).toEqual([
      'docs/a.md:1: write the sentence again without "so that"',
    ]);
  });

  it('may contain them in code, as parts of longer words, and as "there is none"', () => {
    expect(findings('It gives undefined when there is none.\n')).toEqual([]);
    expect(findings('`nobody` endears.\n\n```ts\n// so that\n```\n\nAn end.\n')).toEqual([]);
  });
});

describe('the cells of a table', () => {
  it('have at most 120 characters, however they are padded', () => {
    expect(findings(`| ${'x'.repeat(120)}${' '.repeat(50)} | y |\n`)).toEqual([]);
    expect(findings(`| y | ${'x'.repeat(121)} |\n`)).toEqual([
      'docs/a.md:1: a cell of 121 characters, and at most 120 are allowed; use prose or a list',
    ]);
  });

  it('can be longer where they are one name in code, or the line under the heads', () => {
    expect(findings(`| a |\n| ${'-'.repeat(121)} |\n| \`${'x'.repeat(121)}\` |\n`)).toEqual([]);
    expect(findings(`| \`${'x'.repeat(121)}\` and more |\n`)).toHaveLength(1);
  });

  it('are not divided at an escaped bar', () => {
    expect(findings(`| ${'x'.repeat(80)}\\|${'x'.repeat(80)} |\n`)).toHaveLength(1);
  });
});

describe('the sentences of a page', () => {
  it('have at most 30 words, also over several lines', () => {
    expect(findings(`${words(15)}\n${words(15)}.\n`)).toEqual([]);
    expect(findings(`A title.\n\n${words(15)}\n${words(16)}.\n`)).toEqual([
      `docs/a.md:3: a sentence of 31 words, and at most 30 are allowed: "${words(10)} …"`,
    ]);
  });

  it('end at a full stop, a colon, an empty line and the next point of a list', () => {
    for (const end of ['. ', ': ', '\n\n', '\n- ']) expect(findings(words(30) + end + words(30))).toEqual([]);
  });

  it('do not end within code, which counts as one word', () => {
    expect(findings(`${words(20)} \`a. b. c\` ${words(9)}\n`)).toEqual([]);
    expect(findings(`${words(20)} \`a. b. c\` ${words(10)}\n`)).toHaveLength(1);
  });
});

describe('the length of a page', () => {
  it('is at most 250 lines', () => {
    expect(findings('line.\n\n'.repeat(125))).toEqual([]);
    expect(findings(`${'line.\n\n'.repeat(125)}line.\n`)).toEqual([
      'docs/a.md: 251 lines, and at most 250 are allowed; make it two pages',
    ]);
  });
});

describe('the strings of a source', () => {
  const found = (text: string, path = 'packages/a/src/a.ts') => stringFindings([{ path, text }]);

  it('may not contain these phrases, in quotes of any kind', () => {
    for (const quote of ["'", '"', '`']) {
      expect(found(`\nthrow new Error(${quote}it waits, so that nobody sees it${quote});\n`)).toEqual([
        'packages/a/src/a.ts:2: write the sentence again without "so that"',
        'packages/a/src/a.ts:2: write the sentence again without "nobody"',
      ]);
    }
  });

  it('are looked at without names in code and comments', () => {
    expect(found('// so that\nconst dearest = 1; say(`$' + '{dear} model`); /* nobody */\n')).toEqual([]);
  });

  it('are not looked at in tests and in texts that imitate others', () => {
    expect(found("it('has one that nobody reads');", 'packages/a/src/a.test.ts')).toEqual([]);
    expect(found("say('nobody');", 'packages/cli/src/workload/prompts.ts')).toEqual([]);
  });
});

describe('the comments of a source', () => {
  const found = (text: string, path = 'packages/primitives/src/a.ts') => commentFindings([{ path, text }]);

  it('may not contain these phrases, also over two lines', () => {
    expect(found('/**\n * Waits, so\n * that it ends.\n */\nrun(); // nobody waits\n')).toEqual([
      'packages/primitives/src/a.ts:2: write the sentence again without "so that"',
      'packages/primitives/src/a.ts:5: write the sentence again without "nobody"',
    ]);
  });

  it('are looked at without code and strings, and not in tests', () => {
    expect(found("/** `nobody` */\nsay('so that');\n")).toEqual([]);
    expect(found('// so that\n', 'packages/primitives/src/a.test.ts')).toEqual([]);
  });
});
