import { afterEach, describe, expect, it, vi } from 'vitest';
import { readHttpDate } from './http-date.ts';

const NOW = Date.UTC(2026, 0, 1);

describe('a date of HTTP', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it.each([
    ['as RFC 9110 wants it', 'Sun, 06 Nov 1994 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['as RFC 850 has it', 'Sunday, 06-Nov-94 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['as RFC 850 has it, of this century', 'Thursday, 01-Jan-26 00:00:09 GMT', NOW + 9_000],
    ['as asctime() has it', 'Sun Nov  6 08:49:37 1994', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['as asctime() has it, with a zone', 'Thu Jan  1 00:00:09 2026 GMT', NOW + 9_000],
    ['in UTC by that name', 'Thu, 01 Jan 2026 00:00:09 UTC', NOW + 9_000],
    ['of ISO 8601', '2026-01-01T00:00:09Z', NOW + 9_000],
    ['of ISO 8601 in another zone', '2026-01-01T01:00:09.5+01:00', NOW + 9_500],
  ])('is read in UTC: %s', (_, text, epochMs) => {
    vi.stubEnv('TZ', 'America/New_York');
    expect(readHttpDate(text, NOW)).toBe(epochMs);
  });

  it.each([
    ['of ISO 8601 without a zone', '2026-01-01T00:00:09'],
    ['in a zone that HTTP does not have', 'Thu, 01 Jan 2026 00:00:09 PST'],
    ['as asctime() has it, in another zone', 'Thu Jan  1 00:00:09 2026 EST'],
    ['with a month that there is not', 'Thu, 01 Foo 2026 00:00:09 GMT'],
    ['that Date.parse reads into anything', 'soon 5'],
    ['of a header sent twice', 'Thu, 01 Jan 2026 00:00:09 GMT, Thu, 01 Jan 2026 00:00:09 GMT'],
    ['of nothing', ''],
  ])('is not read: %s', (_, text) => {
    expect(readHttpDate(text, NOW)).toBeUndefined();
  });
});
