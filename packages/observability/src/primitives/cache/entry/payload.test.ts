import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { copyOf, losslessJsonOf } from './payload.ts';

const json = fc.jsonValue().map((value) => JSON.stringify(value));

function objectsIn(data: unknown): readonly object[] {
  return typeof data === 'object' && data !== null ? [data, ...Object.values(data).flatMap(objectsIn)] : [];
}

describe('a copy of what JSON gives', () => {
  it('is equal, down to the order of its names, and shares no object', () => {
    fc.assert(
      fc.property(json, (text) => {
        const data: unknown = JSON.parse(text);
        const copy = copyOf(data);
        expect(JSON.stringify(copy)).toBe(JSON.stringify(data));
        expect(copy).toEqual(data);
        const originals = new Set(objectsIn(data));
        expect(objectsIn(copy).filter((object) => originals.has(object))).toEqual([]);
        expect(objectsIn(copy)).toHaveLength(originals.size);
      }),
    );
  });

  it.each([
    '{"__proto__":{"a":[1]},"constructor":{"b":{}},"1":[],"0":{}}',
    '[-0,1e308,null,true,"",[[]],{}]',
    '{"embedding":[0.25,-1.5,3]}',
    '"text"',
    '7',
    'null',
  ])('is equal for %s', (text) => {
    const data: unknown = JSON.parse(text);
    const copy = copyOf(data);
    expect(copy).toEqual(data);
    expect(JSON.stringify(copy)).toBe(JSON.stringify(data));
    expect(typeof copy === 'object' && copy !== null && copy === data).toBe(false);
  });

  it('has the plain prototype, and its own __proto__ where the JSON has one', () => {
    const copy = copyOf(JSON.parse('{"a":{"__proto__":{"polluted":{}}}}')) as { a: object };
    expect(Object.getPrototypeOf(copy.a)).toBe(Object.prototype);
    expect(Object.hasOwn(copy.a, '__proto__')).toBe(true);
    expect('polluted' in copy.a).toBe(false);
  });
});

const extended: Record<string, unknown> = Object.prototype as unknown as Record<string, unknown>;

afterEach(() => {
  delete extended['shout'];
});

it.each([
  [
    { text: 'hello', list: [1, null, { isLast: true }], missing: undefined },
    '{"text":"hello","list":[1,null,{"isLast":true}]}',
  ],
  [Object.assign(Object.create(null), { text: 'hello' }), '{"text":"hello"}'],
  [{ count: Number.NaN }, undefined],
  [{ list: [() => 1] }, undefined],
  [{ at: new Date(0) }, undefined],
])('the text of a value is its JSON if JSON loses nothing of it: %j', (value, text) => {
  expect(losslessJsonOf(value, undefined)).toBe(text);
});

it('a value keeps its text in an application that has extended all objects', () => {
  extended['shout'] = () => 'HELLO';
  expect(losslessJsonOf({ text: 'hello' }, undefined)).toBe('{"text":"hello"}');
});
