import { expect, test } from 'vitest';
import { candidatesByMember, hasMember } from './candidates.ts';
import type { Dialect } from './dialect.ts';

function dialect(name: string, members?: readonly string[]): Dialect {
  return { name, answer: { is: () => true, read: () => Object.assign({}), members } };
}

function namesFor(dialects: readonly Dialect[], value: unknown): string[] {
  return candidatesByMember(dialects, ({ answer }) => answer.members)(value).map(({ name }) => name);
}

const DIALECTS = [dialect('a', ['choices', 'object']), dialect('any'), dialect('b', ['object'])];

test.each<[string, unknown, readonly string[]]>([
  ['a member of one', { choices: [] }, ['a', 'any']],
  ['a member of two', { id: 1, object: 'x' }, ['a', 'any', 'b']],
  ['a member that is not enumerable', Object.defineProperty({}, 'choices', { value: [] }), ['a', 'any']],
  ['members of others', { name: 'Ada' }, ['any']],
  ['only inherited members', Object.create({ object: 'x' }), ['any']],
  ['items', [{ object: 'x' }], ['any']],
  ['bytes', Buffer.from('object'), ['any']],
  ['no members, as a text', 'object', ['any']],
])('dialects are asked in their order about a value with %s', (_, value, expected) => {
  expect(namesFor(DIALECTS, value)).toEqual(expected);
});

test('every dialect is asked about a value that does not give its names', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  expect(namesFor(DIALECTS, proxy)).toEqual(['a', 'any', 'b']);
  expect(hasMember(proxy, new Set(['object']))).toBe(true);
});

test('asks every one of many dialects', () => {
  const many = Array.from({ length: 40 }, (_, position) => dialect(`d${position}`, [`m${position}`]));
  for (const [position, { name }] of many.entries()) expect(namesFor(many, { [`m${position}`]: 1 })).toContain(name);
  expect(namesFor(many, { m3: 1 })).toHaveLength(1 + 40 - 31);
});
