import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { losslessJsonOf } from '../entry/payload.ts';
import { ChunkPrinter } from './chunk-printer.ts';

/** Prints every chunk as a recording does. */
function printAll(chunks: readonly unknown[]): { readonly texts: (string | undefined)[]; readonly printed: number } {
  const printer = new ChunkPrinter();
  let printed = 0;
  const texts = chunks.map((chunk) => {
    const known = printer.print(chunk);
    if (known !== undefined) printed += 1;
    const text = known ?? losslessJsonOf(chunk, undefined);
    if (known === undefined && text !== undefined) printer.learn(chunk, text);
    return text;
  });
  return { texts, printed };
}

const chunkOf = (content: unknown, more: object = {}) => ({
  id: 'chatcmpl-1',
  created: 1_767_225_600,
  choices: [{ index: 0, delta: { content }, finish_reason: null }],
  ...more,
});

/** Few values and names, which come again. */
const single = fc.oneof(
  fc.constantFrom('a', '"quoted"', '\ud800', 0, -0, 1e21, true, null, undefined, Number.NaN, 1n),
  fc.string(),
);
const chunk = fc.letrec<{ data: unknown }>((tie) => ({
  data: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    single,
    fc.array(tie('data'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b', '1', '__proto__', 'toJSON'), tie('data'), { maxKeys: 3 }),
  ),
})).data;

it('chunks are printed as JSON prints them, and those that JSON would change are not printed', () => {
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 12 }), (chunks) => {
      expect(printAll(chunks).texts).toEqual(chunks.map((data) => losslessJsonOf(data, undefined)));
    }),
  );
});

it('chunks that differ in a few values are printed without a look at the rest, once two of them are known', () => {
  const chunks = ['The', ' capital', ' of "France"\n', ' is', ''].map((content) => chunkOf(content));
  const { texts, printed } = printAll(chunks);
  expect(texts).toEqual(chunks.map((data) => JSON.stringify(data)));
  expect(printed).toBe(3);
});

it('several values of a chunk can differ', () => {
  const chunks = ['a', 'b', 'c', 'd'].map((content, index) => chunkOf(content, { index, obfuscation: content }));
  const { texts, printed } = printAll(chunks);
  expect(texts).toEqual(chunks.map((data) => JSON.stringify(data)));
  expect(printed).toBe(2);
});

it('a chunk is not printed if a value of a list differs that was the same before', () => {
  const printer = new ChunkPrinter();
  for (const content of ['a', 'b']) printer.learn([content, 1], JSON.stringify([content, 1]));
  expect(printer.print(['c', 1])).toBe('["c",1]');
  expect(printer.print(['c', 2])).toBeUndefined();
});

it('a chunk with other members is learned, and does not disturb those that come after', () => {
  const chunks = [chunkOf('a'), chunkOf('b'), chunkOf('c', { usage: { total_tokens: 3 } }), chunkOf('d'), chunkOf('e')];
  expect(printAll(chunks).texts).toEqual(chunks.map((data) => JSON.stringify(data)));
});

it('a chunk with other members does not take the place of those that were printed, unless more of them follow', () => {
  const usual = (content: string): unknown => chunkOf(content);
  const other = (content: string): unknown => chunkOf(content, { usage: { total_tokens: 3 } });
  const printedOf = (...chunks: unknown[]): number => printAll(chunks).printed;
  const begin = [usual('a'), usual('b'), usual('c')];
  expect(printedOf(...begin, other('d'), usual('e'))).toBe(2);
  expect(printedOf(...begin, ...['d', 'e', 'f', 'g', 'h'].map(other))).toBe(2);
});

it.each<[string, (content: string) => unknown]>([
  ['an instance of a class', (content) => Object.assign(new (class Chunk {})(), { content })],
  ['a record without a prototype', (content) => Object.assign(Object.create(null), { content })],
  ['a record that prints itself', (content) => Object.defineProperty({ content }, 'toJSON', { value: () => 'other' })],
  ['a chunk of very many members', (content) => ({ content, items: Array.from({ length: 100 }, () => 0) })],
  ['a very deep chunk', (content) => JSON.parse(`${'['.repeat(50)}"${content}"${']'.repeat(50)}`)],
])('%s is left to others', (_, make) => {
  const printer = new ChunkPrinter();
  for (const content of ['a', 'b']) printer.learn(make(content), JSON.stringify(make(content)));
  expect(printer.print(make('c'))).toBeUndefined();
});

it('a chunk that cannot be read is not printed', () => {
  const printer = new ChunkPrinter();
  for (const content of ['a', 'b']) printer.learn(chunkOf(content), JSON.stringify(chunkOf(content)));
  const read = vi.fn(() => {
    throw new Error('of the getter');
  });
  expect(printer.print(Object.defineProperty(chunkOf('c'), 'id', { get: read, enumerable: true }))).toBeUndefined();
  expect(read).toHaveBeenCalledOnce();
  expect(printer.print(chunkOf('c'))).toBe(JSON.stringify(chunkOf('c')));
});

it('a stream whose chunks are alike only after some that were not is learned', () => {
  const printer = new ChunkPrinter();
  for (let index = 0; index < 14; index += 1) printer.learn({ [`a${index}`]: 0 }, JSON.stringify({ [`a${index}`]: 0 }));
  for (const content of ['a', 'b']) printer.learn({ content }, JSON.stringify({ content }));
  expect(printer.print({ content: 'c' })).toBe('{"content":"c"}');
});

it('a stream whose chunks are never alike is given up', () => {
  const printer = new ChunkPrinter();
  for (let index = 0; index < 20; index += 1) printer.learn({ [`a${index}`]: 0 }, JSON.stringify({ [`a${index}`]: 0 }));
  expect(printer.print({ a19: 0 })).toBeUndefined();
});
