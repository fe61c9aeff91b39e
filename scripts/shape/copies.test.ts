import { describe, expect, it } from 'vitest';
import { copies } from './copies.ts';

const lines = (count: number): string => Array.from({ length: count }, (_, line) => `work(${line});\n`).join('');
const found = (one: string, other: string): string[] =>
  copies([
    { path: 'a.ts', text: one },
    { path: 'b.ts', text: other },
  ]);

describe('copies', () => {
  it('finds eleven lines that stand in two files, whatever their indentation, empty lines and comments', () => {
    const other = lines(11).replaceAll('work', '\n  // again\n    work');
    expect(found(`first();\n${lines(11)}`, other)).toEqual([
      'b.ts:3: more than 10 lines are the same as from a.ts:2; let one be used for both',
    ]);
  });

  it('finds them twice in one file', () => {
    expect(copies([{ path: 'a.ts', text: `${lines(11)}\nother();\n${lines(11)}` }])).toHaveLength(1);
  });

  it('tells of a long copy once for every eleven lines', () => {
    expect(found(lines(30), lines(30))).toHaveLength(2);
  });

  it('accepts ten lines', () => {
    expect(found(`${lines(10)}one();\n`, `${lines(10)}other();\n`)).toEqual([]);
  });

  it('accepts imports, and lists of an index', () => {
    const names = Array.from({ length: 12 }, (_, name) => `  name${name},\n`).join('');
    const text = `import {\n${names}} from './names.ts';\nexport type {\n${names}} from './names.ts';\n`;
    expect(found(text, text)).toEqual([]);
  });
});
