import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { digestOf } from './cache-key.ts';
import { canonicalJson, UncacheableInputError } from './canonical-json.ts';

/** An instance inherits nothing from objects. */
class NullHeir extends (null as unknown as ObjectConstructor) {}

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

/** An independent canonical text. */
function canonicalJsonOf(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)))
      : part,
  );
}

describe('canonicalJson', () => {
  it('K03 sorts properties by code unit, at any depth', () => {
    expect(canonicalJson({ b: 1, a: { z: 1, Z: 2, é: 3 } })).toBe('{"a":{"Z":2,"z":1,"é":3},"b":1}');
  });

  it('K03 sorts few and many properties alike', () => {
    const names = fc.uniqueArray(
      fc.string({ unit: 'binary' }).filter((name) => name.isWellFormed()),
      { minLength: 2, maxLength: 40 },
    );
    fc.assert(
      fc.property(names, (some) => {
        const text = canonicalJson(Object.fromEntries(some.toReversed().map((name) => [name, 1])));
        return (
          text ===
          `{${some
            .toSorted()
            .map((name) => `${JSON.stringify(name)}:1`)
            .join(',')}}`
        );
      }),
    );
  });

  it('K03 gives equal values of any order the same text', () => {
    fc.assert(fc.property(jsonValue, (value) => canonicalJson(shuffled(value)) === canonicalJson(value)));
  });

  it('K02 gives different values different texts', () => {
    fc.assert(
      fc.property(jsonValue, jsonValue, fc.boolean(), (left, right, isSame) => {
        const other = isSame ? shuffled(left) : right;
        return (canonicalJsonOf(left) === canonicalJsonOf(other)) === (canonicalJson(left) === canonicalJson(other));
      }),
    );
  });

  it('K02 K09 K10 gives long texts that differ anywhere different digests', () => {
    const long = 'x'.repeat(200);
    const texts = [
      long,
      `${long}"`,
      `${long}\\"`,
      `${long}\n`,
      `${long}\\n`,
      `${long}\u00e9`,
      `${long}e\u0301`,
      `${long}\ud800`,
      `${long}\udfff`,
      `${long}\ufffd`,
      `#text:200:${long}`,
      `${long}","${long}`,
    ];
    const digests = texts.flatMap((text) => [
      digestOf(canonicalJson(text) as string),
      digestOf(canonicalJson([text]) as string),
    ]);
    expect(new Set(digests).size).toBe(digests.length);
    expect(canonicalJson([long, long])).not.toBe(canonicalJson([`${long},#text:200:${long}`]));
    expect(canonicalJson([`${long}a`, long])).not.toBe(canonicalJson([long, `a${long}`]));
  });

  it('K02 gives different values with long texts different texts', () => {
    const long = fc.string({ unit: 'binary', minLength: 120, maxLength: 140 });
    const value = fc.oneof(long, fc.array(long, { maxLength: 3 }), fc.dictionary(long, long, { maxKeys: 2 }));
    const digest = (of: unknown): string => digestOf(canonicalJson(of) as string);
    fc.assert(
      fc.property(value, value, fc.boolean(), (left, right, isSame) => {
        const other = isSame ? structuredClone(left) : right;
        return (canonicalJsonOf(left) === canonicalJsonOf(other)) === (digest(left) === digest(other));
      }),
    );
  });

  it('writes what JSON can write as JSON, but for long texts and long items of lists', () => {
    const short = jsonValue.filter((value) => JSON.stringify(value).length <= 128);
    fc.assert(
      fc.property(short, (value) => {
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
    ['Math', Math],
    ['JSON', JSON],
    ['an heir of an object without a prototype', Object.create(Object.create(null))],
    ['an instance of a class without a prototype', Reflect.construct(Object, [], NullHeir)],
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

  it('K11 tells bytes from wider numbers with the same bytes', () => {
    expect(canonicalJson(new Uint16Array([1]))).not.toBe(canonicalJson(new Uint8Array([1, 0])));
    expect(canonicalJson(new Uint8Array([1, 0]).buffer)).toBe(canonicalJson(new Uint8Array([1, 0])));
  });

  it('K11 refuses a file that cannot be read', async () => {
    const file = Object.assign(new Blob(['a']), { arrayBuffer: () => Promise.reject(new Error('gone')) });
    await expect(canonicalJson({ file })).rejects.toThrow(UncacheableInputError);
  });

  it('K11 tells files by their content', async () => {
    const file = (text: string): File => new File([text], 'question.txt', { type: 'text/plain' });
    expect(await canonicalJson({ file: file('a') })).toBe(await canonicalJson({ file: file('a') }));
    expect(await canonicalJson({ file: file('a') })).not.toBe(await canonicalJson({ file: file('b') }));
  });

  it('K11 tells files by their names too, and not by when they were made', async () => {
    const file = (name: string, lastModified = 0): File => new File(['a'], name, { lastModified });
    const text = await canonicalJson({ file: file('x') });
    expect(await canonicalJson({ file: file('x', 1) })).toBe(text);
    expect(await canonicalJson({ file: file('y') })).not.toBe(text);
    expect(await canonicalJson({ file: new Blob(['a']) })).not.toBe(text);
    expect(await canonicalJson({ file: file('x":"","') })).not.toBe(await canonicalJson({ file: file('x') }));
  });

  it('K02 tells lists by their own properties, and holes from items', () => {
    const list = (own: object, items: readonly unknown[] = [1, 2]): unknown => Object.assign([...items], own);
    const hole = new Array(1);
    const lists = [
      [1, 2],
      list({ x: 1 }),
      list({ x: 2 }),
      list({ x: 1, y: 1 }),
      list({ x: [1] }),
      [1, 2, { x: 1 }],
      list({ x: 1 }, [1]),
      [],
      list({ x: 1 }, []),
      hole,
      list({ x: 1 }, hole),
      Object.assign([...hole.keys()], hole),
      Object.assign(new Array(1), { x: 1 }),
      [undefined],
      [null],
    ];
    expect(new Set(lists.map((each) => canonicalJson({ each }))).size).toBe(lists.length);
    expect(canonicalJson(list({ x: 1, y: 2 }))).toBe(canonicalJson(list({ y: 2, z: undefined, x: 1 })));
    const matched = (text: string): unknown => /b/.exec(text);
    expect(canonicalJson(matched('ab'))).not.toBe(canonicalJson(matched('xb')));
  });

  it('K02 tells values by properties under registered symbols, and refuses those under others', () => {
    const under = (name: string, value: unknown): object => ({ [Symbol.for(name)]: value });
    const values = [
      {},
      under('a', 1),
      under('a', 2),
      under('b', 1),
      { a: 1 },
      { '@@a': 1 },
      { ...under('a', 1), ...under('b', 1) },
      { a: under('a', 1) },
      [],
      Object.assign([], under('a', 1)),
      Object.assign([], under('a', 2)),
      [under('a', 1)],
    ];
    expect(new Set(values.map((each) => canonicalJson({ each }))).size).toBe(values.length);
    expect(canonicalJson({ ...under('b', 1), ...under('a', 2) })).toBe(
      canonicalJson({ ...under('a', 2), ...under('b', 1) }),
    );
    expect(canonicalJson({ ...under('a', undefined) })).toBe(canonicalJson({}));
    expect(() => canonicalJson([{ [Symbol('own')]: 1 }])).toThrow('a property under a symbol that is not registered');
    expect(canonicalJson({ [Symbol('own')]: undefined })).toBe('{}');
  });

  it('K02 tells values by data that is not enumerable', () => {
    const hiding = (name: PropertyKey, value: unknown, of: object = {}): object =>
      Object.defineProperty(of, name, { value });
    const values = [
      {},
      hiding('a', 1),
      hiding('a', 2),
      hiding('b', 1),
      { a: 1 },
      hiding('a', 1, { b: 1 }),
      hiding('b', 1, { a: 1 }),
      hiding(Symbol.for('a'), 1),
      hiding('a', 1, { [Symbol.for('a')]: 1 }),
      [],
      hiding('a', 1, []),
      hiding('a', 2, []),
      hiding('a', { b: [1] }, []),
      hiding('a', 1, [1]),
      [1, hiding('a', 1)],
    ];
    expect(new Set(values.map((each) => canonicalJson({ each }))).size).toBe(values.length);
    expect(canonicalJson(hiding('b', 1, hiding('a', 1)))).toBe(canonicalJson(hiding('a', 1, hiding('b', 1))));
    expect(() => canonicalJson(hiding('a', new Map()))).toThrow(UncacheableInputError);
  });

  it('refuses a hidden toJSON, and leaves out other hidden behaviour, such as the parser of a response format', () => {
    const toJSON = (): string => 'x';
    for (const of of [{ a: 1 }, [1]]) {
      expect(() => canonicalJson({ of: Object.defineProperty(of, 'toJSON', { value: toJSON }) })).toThrow('toJSON');
    }
    const format = Object.defineProperties(
      { type: 'json_schema' },
      { $parseRaw: { value: JSON.parse }, parsed: { get: () => expect.unreachable() }, [Symbol('own')]: { value: 1 } },
    );
    expect(canonicalJson(format)).toBe('{"type":"json_schema"}');
    expect(canonicalJson(z.toJSONSchema(z.string()))).toBe(canonicalJson({ ...z.toJSONSchema(z.string()) }));
  });

  it('lets no text pass for bytes or a date', () => {
    const bytes = canonicalJson(new Uint8Array([1])) as string;
    const date = canonicalJson(new Date(0)) as string;
    expect(canonicalJson(bytes)).not.toBe(bytes);
    expect(canonicalJson(date)).not.toBe(date);
    expect(canonicalJson('#undefined')).not.toBe(canonicalJson(undefined));
  });
});

describe('K27 a canonical text of long items', () => {
  const long = (text: string): Record<string, unknown> => ({ role: 'user', content: text.repeat(500) });
  const frozen = (text: string): object => Object.freeze(long(text));

  it('has a digest in place of each, and tells them apart', () => {
    expect((canonicalJson([long('abc')]) as string).length).toBeLessThan(100);
    expect(canonicalJson([long('abc')])).not.toBe(canonicalJson([long('abd')]));
    expect(canonicalJson([long('abc'), long('abd')])).not.toBe(canonicalJson([long('abd'), long('abc')]));
    expect(canonicalJson([canonicalJson([long('abc')])])).not.toBe(canonicalJson([[long('abc')]]));
  });

  it('is the same for frozen items, written before or not', () => {
    const item = frozen('abc');
    const text = canonicalJson([long('abc')]);
    expect([canonicalJson([item]), canonicalJson([item])]).toEqual([text, text]);
    const short = Object.freeze({ a: 1 });
    expect([canonicalJson([short]), canonicalJson([short])]).toEqual(['[{"a":1}]', '[{"a":1}]']);
  });

  it('does not write a frozen item twice', () => {
    let reads = 0;
    const item = new Proxy(frozen('abc'), {
      ownKeys: (target) => {
        reads += 1;
        return Reflect.ownKeys(target);
      },
    });
    void canonicalJson([item]);
    const readsOnce = reads;
    void canonicalJson([item]);
    expect(reads - readsOnce).toBeLessThan(readsOnce);
  });

  it.each<[string, () => { item: object; change: () => void }]>([
    [
      'a message',
      () => {
        const item = long('abc');
        return { item, change: () => Object.assign(item, { role: 'assistant' }) };
      },
    ],
    [
      'what a frozen message holds',
      () => {
        const part = { text: 'a' };
        return { item: Object.freeze({ content: [part] }), change: () => Object.assign(part, { text: 'b' }) };
      },
    ],
    [
      'what a frozen message holds under a symbol',
      () => {
        const part = { text: 'a' };
        return {
          item: Object.freeze({ [Symbol.for('part')]: part }),
          change: () => Object.assign(part, { text: 'b' }),
        };
      },
    ],
    [
      'bytes in a frozen message',
      () => {
        const bytes = new Uint8Array([1]);
        return { item: Object.freeze({ bytes }), change: () => bytes.fill(2) };
      },
    ],
    [
      'what a getter of a frozen message gives',
      () => {
        let text = 'a';
        const item = Object.freeze({
          get content() {
            return text;
          },
        });
        return {
          item,
          change: () => {
            text = 'b';
          },
        };
      },
    ],
  ])('changes with %s that is changed in place', (_, make) => {
    const { item, change } = make();
    const before = canonicalJson([item]);
    change();
    expect(canonicalJson([item])).not.toBe(before);
  });
});
