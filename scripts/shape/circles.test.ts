import { describe, expect, it } from 'vitest';
import { circles } from './circles.ts';
import { importsOf } from './imports.ts';

const found = (files: Readonly<Record<string, string>>): string[] =>
  circles(importsOf(Object.entries(files).map(([path, text]) => ({ path, text }))));

describe('circles', () => {
  it.each([
    ['a value', "import { b } from './b.ts';"],
    ['a type', "import type { B } from './b.ts';"],
    ['a type in place', "type B = import('./b.ts').B;"],
    ['a module when it is needed', "const b = await import('./b.ts');"],
    ['what it exports again', "export { b } from './b.ts';"],
    ['a module for what it does', "import './b.ts';"],
  ])('finds files that import each other: %s', (_, text) => {
    expect(found({ 'src/a.ts': text, 'src/b.ts': "\nimport type { A } from './a.ts';" })).toEqual([
      'src/b.ts:2: closes a circle of imports: src/a.ts -> src/b.ts -> src/a.ts',
    ]);
  });

  it('finds a circle of many steps', () => {
    const files = {
      'x.ts': "import './a/one.ts';",
      'a/one.ts': "import '../two.ts';",
      'two.ts': "import './b/three.ts';",
      'b/three.ts': "import '../a/one.ts';",
    };
    expect(found(files)).toEqual([
      'b/three.ts:1: closes a circle of imports: a/one.ts -> two.ts -> b/three.ts -> a/one.ts',
    ]);
  });

  it('accepts two ways to one file, and imports in comments', () => {
    const files = {
      'a.ts': "import './b.ts';\nimport './c.ts';",
      'b.ts': "import './c.ts';",
      'c.ts': "import 'node:fs';\n// import './a.ts';\n/** import { a } from './a.ts'; */\nconst url = 'http://x';",
    };
    expect(found(files)).toEqual([]);
  });
});
