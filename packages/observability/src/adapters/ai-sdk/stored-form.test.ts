import { expect, it } from 'vitest';
import { fromStored, toStored } from './stored-form.ts';

it('keeps dates, bytes and addresses through JSON', () => {
  const answer = { at: new Date(5), file: { data: new Uint8Array([1, 255]) }, from: [new URL('https://a.example/')] };
  expect(fromStored(JSON.parse(JSON.stringify(toStored(answer))))).toEqual(answer);
});

it('gives what holds none of them as it is', () => {
  const part = { type: 'text-delta', delta: 'a', more: [1, null, { b: 2 }] };
  expect(toStored(part)).toBe(part);
  expect(fromStored(part)).toBe(part);
});
