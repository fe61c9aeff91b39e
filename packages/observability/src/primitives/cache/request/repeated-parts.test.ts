import { describe, expect, it } from 'vitest';
import { canonicalJson, UncacheableInputError } from './canonical-json.ts';

describe('a value that contains one object again and again, or nothing millions of times', () => {
  const dagOf = (levels: number, around: (part: object) => object): object => {
    let dag: object = { role: 'user', content: 'Hello' };
    for (let level = 0; level < levels; level += 1) dag = around(dag);
    return dag;
  };
  const sparse = (length: number): unknown[] => Object.assign([], { length, [length - 1]: 1 });

  it('has the text that it has without sharing', () => {
    const records = dagOf(9, (part) => ({ a: part, b: part }));
    const lists = dagOf(9, (part) => [part, part]);
    for (const dag of [records, lists]) expect(canonicalJson(dag)).toBe(canonicalJson(JSON.parse(JSON.stringify(dag))));
  });

  it.each<[string, () => unknown]>([
    ['lists', () => dagOf(60, (part) => [part, part])],
    ['frozen lists', () => dagOf(60, (part) => Object.freeze([part, part]))],
    ['holes', () => sparse(2 ** 32 - 1)],
  ])('is written in no time that its size as a tree decides: %s', (_, made) => {
    expect(String(canonicalJson(made())).length).toBeLessThan(1_000);
  });

  it.each<[string, (part: object) => object]>([
    ['properties', (part) => ({ a: part, b: part })],
    ['properties of frozen objects', (part) => Object.freeze({ a: part, b: part })],
    ['properties that are hidden', (part) => Object.defineProperty({ a: part }, 'b', { value: part })],
  ])('has no key where its text would be endless: %s', (_, around) => {
    expect(() => canonicalJson([dagOf(60, around)])).toThrow(UncacheableInputError);
  });

  it('takes less time than JSON does, where JSON can write it', () => {
    const values = [dagOf(15, (part) => [part, part]), dagOf(13, (part) => ({ a: part, b: part })), sparse(1_000_000)];
    const cpuOf = (write: (value: unknown) => unknown): number => {
      const { user } = process.cpuUsage();
      for (let time = 0; time < 3; time += 1) values.map(write);
      return process.cpuUsage().user - user;
    };
    expect(cpuOf(canonicalJson) / cpuOf((value) => JSON.stringify(value))).toBeLessThan(1);
  });
});
