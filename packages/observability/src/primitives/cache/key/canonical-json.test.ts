import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, UncacheableInputError } from './canonical-json.ts';

const jsonValue = fc.jsonValue();

function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, property]) => [name, shuffled(property)]),
  );
}

describe('canonicalJson', () => {
  it('K03 sorts properties by code unit, at any depth', () => {
    expect(canonicalJson({ b: 1, a: { z: 1, Z: 2, é: 3 } })).toBe('{"a":{"Z":2,"z":1,"é":3},"b":1}');
  });

  it('K03 gives equal values of any order the same text', () => {
    fc.assert(fc.property(jsonValue, (value) => canonicalJson(shuffled(value)) === canonicalJson(value)));
  });

  it('K02 gives different values different texts', () => {
    fc.assert(
      fc.property(jsonValue, jsonValue, (left, right) => {
        const isSame = JSON.stringify(JSON.parse(canonicalJson(left) as string)) === canonicalJson(right);
        return isSame === (canonicalJson(left) === canonicalJson(right));
      }),
    );
  });

  it('writes what JSON can write as JSON', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        expect(JSON.parse(canonicalJson(value) as string)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('K04 K05 drops what is undefined and keeps what is null', () => {
    expect(canonicalJson({ a: 1, b: undefined })).toBe(canonicalJson({ a: 1 }));
    expect(canonicalJson({ a: null })).not.toBe(canonicalJson({}));
  });

  it('K07 writes -0 as 0', () => {
    expect(canonicalJson([-0])).toBe('[0]');
  });

  it.each([
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['a BigInt', 1n],
    ['a function', () => {}],
    ['a symbol', Symbol('s')],
    ['a Map', new Map()],
    ['an AbortSignal', new AbortController().signal],
  ])('K08 refuses %s', (_, value) => {
    expect(() => canonicalJson({ nested: [value] })).toThrow(UncacheableInputError);
  });

  it('refuses a value that contains itself', () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    expect(() => canonicalJson(loop)).toThrow('contains itself');
  });

  it('K11 tells bytes by their content', () => {
    const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);
    expect(canonicalJson(bytes(1, 2))).toBe(canonicalJson(new Uint8Array([9, 1, 2]).subarray(1)));
    expect(canonicalJson(bytes(1, 2))).toBe(canonicalJson(Buffer.from([1, 2])));
    expect(canonicalJson(bytes(1, 2))).not.toBe(canonicalJson(bytes(1, 3)));
  });

  it('K11 tells files by their content', async () => {
    const file = (text: string): File => new File([text], 'question.txt', { type: 'text/plain' });
    expect(await canonicalJson({ file: file('a') })).toBe(await canonicalJson({ file: file('a') }));
    expect(await canonicalJson({ file: file('a') })).not.toBe(await canonicalJson({ file: file('b') }));
  });

  it('lets no text pass for bytes or a date', () => {
    const bytes = canonicalJson(new Uint8Array([1])) as string;
    const date = canonicalJson(new Date(0)) as string;
    expect(canonicalJson(bytes)).not.toBe(bytes);
    expect(canonicalJson(date)).not.toBe(date);
    expect(canonicalJson('#undefined')).not.toBe(canonicalJson(undefined));
  });
});
