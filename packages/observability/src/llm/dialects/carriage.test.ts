import { expect, test } from 'vitest';
import { callerKeyIn, keyInHeaders } from './carriage.ts';

test.each<[string, object, string | undefined]>([
  ['a field', { apiKey: 'k1' }, 'k1'],
  ['a field in snake case', { api_key: 'k2' }, 'k2'],
  ['a record of headers', { headers: { 'X-Api-Key': 'k3', accept: '*' } }, 'x-api-key: k3'],
  ['headers of fetch', { headers: new Headers({ authorization: 'Bearer k4' }) }, 'authorization: Bearer k4'],
  ['nothing', { headers: { accept: '*', authorization: undefined }, apiKey: '' }, undefined],
])('finds the API key of a request in %s', (_, request, expected) => {
  expect(callerKeyIn(request)).toBe(expected);
});

test('headers that are text cannot be read, and missing ones hold no key', () => {
  expect([keyInHeaders(undefined), keyInHeaders('authorization'), keyInHeaders(null)]).toEqual([
    undefined,
    null,
    undefined,
  ]);
});
