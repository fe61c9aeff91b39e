import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCacheControl } from './parse-cache-control.ts';

describe('the Cache-Control header of a request', () => {
  it.each([
    ['no-cache', { noCache: true }],
    ['No-Store, NO-CACHE', { noStore: true, noCache: true }],
    ['only-if-cached', { onlyIfCached: true }],
    ['max-age=60', { maxAgeMs: 60_000 }],
    ['max-age="60" ,max-stale=5', { maxAgeMs: 60_000, maxStaleMs: 5_000 }],
    ['max-age=0', { maxAgeMs: 0 }],
    ['max-stale', { maxStaleMs: Number.POSITIVE_INFINITY }],
    ['max-age=60, max-age=30', { maxAgeMs: 30_000 }],
    ['max-stale=60, max-stale', { maxStaleMs: 60_000 }],
    [`max-age=${'9'.repeat(400)}`, { maxAgeMs: 2 ** 31 * 1_000 }],
  ])('%s is understood', (header, control) => {
    expect(parseCacheControl(header)).toEqual(control);
  });

  it.each([
    undefined,
    null,
    '',
    'public, min-fresh=5, no-transform',
    'max-age',
    'max-age=-1',
    'max-age=1.5',
    'max-age=1e3',
    'max-age=soon',
    'x="no-store, no-cache"',
    'no-cached, xno-store',
  ])('%s asks for nothing that is known', (header) => {
    expect(parseCacheControl(header)).toEqual({});
  });

  it('is read whatever it is', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (header) => typeof parseCacheControl(header) === 'object'));
  });
});

it.each([[['no-cache']], [5], [{}]])('a header that is no text, as %o, is refused by name', (header) => {
  expect(() => parseCacheControl(header as never)).toThrow(
    /^parseCacheControl: header must be a text, undefined or null, but it is (an array|5|an object)$/,
  );
});
