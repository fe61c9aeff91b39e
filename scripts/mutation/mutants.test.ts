import { expect, it } from 'vitest';
import { mutantsOf } from './mutants.ts';
import { changeOf } from './survivors.ts';
import { switchedText } from './switched.ts';

const changesOf = (text: string): readonly string[] =>
  mutantsOf('packages/x/src/x.ts', text).map((mutant) => changeOf(mutant, text));

it.each([
  ['a condition', 'if (isOpen) stop();', ['isOpen -> true', 'isOpen -> false', 'without stop();']],
  ['a boundary', 'const isFull = size >= max;', ['size >= max -> (size) > (max)']],
  ['an equality', 'const isSame = one === other;', ['one === other -> (one) !== (other)']],
  ['a number', 'const max = 8;', ['8 -> 9']],
  ['a truth value', 'const isOpen = true;', ['true -> false']],
  ['a text', "const name = 'a';", ["'a' -> ''"]],
  ['a combination', 'const isOpen = one && other;', ['one && other -> (one) || (other)']],
  ['a default', 'const max = given ?? limit;', ['given ?? limit -> given']],
  ['a negation', 'const isOpen = !isClosed;', ['!isClosed -> isClosed']],
  ['a bound', 'const length = Math.min(one, other);', ['Math.min(one, other) -> Math.max(one, other)']],
  ['an unref', 'const timer = start().unref();', ['start().unref() -> start()']],
  ['an optional step', 'const name = user?.name;', ['user?.name -> user.name']],
  ['a loop', 'while (isOpen) step();', ['isOpen -> false', 'without step();']],
  ['a body', 'function stop() { end(); }', ['returns at once', 'without end();']],
  ['a result', 'const stop = () => end();', ['end() -> undefined']],
])('changes %s', (_title, text, changes) => {
  expect(changesOf(text)).toEqual(changes);
});

it.each([
  ['types', 'type Size = 1 | 2; let size: Size; const x = size as 1;'],
  ['imports', "import { a } from './a.ts'; export { b } from './b.ts';"],
  ['the text of an error', "throw new Error('it is full');"],
  ['the sum of texts', 'const text = `a: ` + name;'],
  ['the call of a base class', 'class A extends B { constructor() { super(); } }'],
])('leaves %s alone', (_title, text) => {
  expect(changesOf(text)).toEqual([]);
});

it('builds all mutants into one text, each behind its own switch', () => {
  const text = `export function next(size: number): string {
    if (size > 3 && size < 5) return 'four';
    else size -= 1;
    return size === 1 ? 'one' : 'many';
  }`;
  const mutants = mutantsOf('packages/x/src/x.ts', text).map((mutant, id) => ({ ...mutant, id }));
  const next = functionOf(switchedText(text, mutants));
  const original = [1, 2, 4, 5].map(next);
  expect(original).toEqual(['many', 'one', 'four', 'many']);
  for (const { id } of mutants) {
    globalThis.$mutant = (asked) => asked === id;
    expect([0, 1, 2, 3, 4, 5].map(next), JSON.stringify(mutants[id])).not.toEqual([
      'many',
      'many',
      'one',
      'many',
      'four',
      'many',
    ]);
  }
  globalThis.$mutant = undefined;
});

function functionOf(text: string): (size: number) => unknown {
  const body = text.replace('export function next(size: number): string', 'return function next(size)');
  return new Function(body)() as (size: number) => unknown;
}
