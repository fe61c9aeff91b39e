import { expect, it } from 'vitest';
import { type HttpHead, isHttpHead } from './http-head.ts';

const HEAD: HttpHead = { shape: 'response', status: 200, headers: { 'content-type': 'text/plain' }, body: 'bytes' };

it.each<[string, Partial<HttpHead>, boolean]>([
  ['a response', {}, true],
  ['a record', { shape: 'record', body: 'text' }, true],
  ['a response with a status that allows no body', { status: 204 }, false],
  ['a response whose content was reset', { status: 205 }, false],
  ['a record with a status that allows no body', { shape: 'record', status: 204, body: 'text' }, true],
  ['a failed answer', { status: 500 }, false],
  ['a header with a line break', { headers: { 'content-type': 'text/plain\nset-cookie: a=b' } }, false],
  ['a status text with a line break', { statusText: 'OK\n' }, false],
])('%s is given again only if it can be a response: %o', (_, change, isAccepted) => {
  expect(isHttpHead({ ...HEAD, ...change })).toBe(isAccepted);
});
