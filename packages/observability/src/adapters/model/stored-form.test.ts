import { expect, it } from 'vitest';
import { storedForm } from './stored-form.ts';

const { fromStored, toStored } = storedForm();

const throughJson = (value: unknown): unknown => fromStored(JSON.parse(JSON.stringify(toStored(value))));

it('keeps dates, addresses, bytes, maps, sets and big integers through JSON', () => {
  const answer = {
    at: new Date(5),
    never: new Date(Number.NaN),
    from: [new URL('https://a.example/')],
    file: { data: new Uint8Array([1, 255]), buffer: new Uint8Array([2, 254]).buffer },
    scores: new Map<unknown, unknown>([['a', new Date(7)]]),
    labels: new Set(['x', new URL('https://b.example/')]),
    count: 12_345_678_901_234_567_890n,
  };
  expect(throughJson(answer)).toStrictEqual(answer);
});

it('gives what holds none of them as it is', () => {
  const part = { type: 'text-delta', delta: 'a', more: [1, null, { b: 2 }] };
  expect(toStored(part)).toBe(part);
  expect(fromStored(part)).toBe(part);
});

it('gives data that looks like a stored date as the data that it is', () => {
  const call = { input: { 'tta.kind': 'date', data: 5, inner: { 'tta.kind': 'other' } } };
  expect(throughJson(call)).toStrictEqual(call);
});

it('leaves instances of other classes as they are', () => {
  class Picture {
    readonly width = 2;
  }
  class LateDate extends Date {}
  const answer = { picture: new Picture(), late: new LateDate(5) };
  expect(toStored(answer)).toBe(answer);
});
