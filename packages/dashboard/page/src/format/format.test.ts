import { describe, expect, it } from 'vitest';
import { namedZone } from './__fixtures__/named-zone.ts';
import { changeText, pointsText } from './change.ts';
import { createClock } from './clock.ts';
import { countOf, countText, rateText } from './count.ts';
import { durationExact, durationScale, durationText } from './duration.ts';
import { columnDecimals, moneyExact, moneyInColumn, moneyText } from './money.ts';
import { shareExact, shareText } from './share.ts';

describe('numbers are written as the design says', () => {
  it.each([
    [3.4876, '$3.49'],
    [0.16, '$0.160'],
    [0.0042, '$0.0042'],
    [0.00302, '$0.0030'],
    [0.073, '$0.0730'],
    [0.9996, '$1.00'],
    [0.00996, '$0.0100'],
    [0.00995, '$0.0100'],
    [999.996, '$1,000'],
    [1234.5, '$1,235'],
    [0.00007, '<$0.0001'],
    [-0.00007, '−<$0.0001'],
    [-0.017, '−$0.0170'],
    [0.0001, '$0.00010'],
    [0, '$0'],
    [null, 'unknown'],
    [undefined, '–'],
  ])('money alone: %s is %s', (usd, text) => {
    expect(moneyText(usd)).toBe(text);
  });

  it.each([
    [0.00145, 5, '$0.00', '145'],
    [0.1177, 4, '$0.', '1177'],
    [-0.017, 4, '−$0.0', '170'],
    [3.5046, 4, '', '$3.5046'],
    [0, 5, '$0', ''],
    [0.000004, 5, '<$0.00001', ''],
  ])('money in a column: %s with %i decimals is %s%s', (usd, decimals, lead, digits) => {
    expect(moneyInColumn(usd, decimals)).toEqual({ lead, digits });
  });

  it.each([
    [[0.00145, 0.00001, null, undefined], 5],
    [[1.5, 0.2], 2],
    [[0.7318, 2.613], 2],
    [[0.16, 0.0004], 4],
    [[], 2],
    [[0], 2],
    [[12_000], 2],
  ])('the decimals of the column %j are %i', (amounts, decimals) => {
    expect(columnDecimals(amounts)).toBe(decimals);
  });

  it.each([
    [0.4, '<1 ms'],
    [0, '<1 ms'],
    [412.4, '412 ms'],
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [1314, '1.3 s'],
    [9949, '9.9 s'],
    [9960, '10 s'],
    [12_000, '12 s'],
    [59_600, '1 m'],
    [252_000, '4 m 12 s'],
    [3_599_600, '1 h'],
    [7_500_000, '2 h 5 m'],
    [86_400_000, '1 d'],
    [273_600_000, '3 d 4 h'],
    [null, 'unknown'],
    [undefined, '–'],
  ])('time: %s ms is %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it.each([
    [1, '0.3 ms, 0.5 ms, 0.8 ms, 1.0 ms'],
    [9.4, '2.4 ms, 4.7 ms, 7.1 ms, 9.4 ms'],
    [26, '7 ms, 13 ms, 20 ms, 26 ms'],
    [1_000, '0.3 s, 0.5 s, 0.8 s, 1.0 s'],
    [3_100, '0.8 s, 1.6 s, 2.3 s, 3.1 s'],
    [40_000, '10 s, 20 s, 30 s, 40 s'],
  ])('scale: the quarters of %s ms are %s', (end, texts) => {
    expect([0, 0.25, 0.5, 0.75, 1].map((part) => durationScale(part * end, end)).join(', ')).toBe(`0, ${texts}`);
  });

  it.each([
    [2400, '2,400'],
    [9999, '9,999'],
    [12_400, '12.4k'],
    [845_123, '845k'],
    [999_499, '999k'],
    [999_500, '1.0M'],
    [1_200_000, '1.2M'],
    [1_234_000_000, '1.2B'],
    [0, '0'],
    [null, 'unknown'],
    [undefined, '–'],
  ])('count: %s is %s', (count, text) => {
    expect(countText(count)).toBe(text);
  });

  it.each([
    [0.617, '61.7 %'],
    [0.0004, '<0.1 %'],
    [-0.0004, '−<0.1 %'],
    [0, '0 %'],
    [1, '100 %'],
    [0.9999, '>99.9 %'],
    [-0.003, '−0.3 %'],
    [null, 'unknown'],
    [undefined, '–'],
  ])('share: %s is %s', (share, text) => {
    expect(shareText(share)).toBe(text);
  });

  it('share without decimals', () => {
    expect([0.787, 0.004, 0.996, 0].map((share) => shareText(share, 0))).toEqual(['79 %', '<1 %', '>99 %', '0 %']);
  });

  it.each([
    [2.09, 2.18, '−4.1 %'],
    [2400, 2340, '+2.6 %'],
    [33, 0, 'was 0 the hour before'],
    [3, 3, 'unchanged'],
    [3, null, 'no figure for the hour before'],
    [1.00001, 1, '+<0.1 %'],
    [0, 0, 'unchanged'],
  ])('change: %s after %s is %s', (now, before, text) => {
    expect(changeText({ now, before, period: 'the hour before' })).toBe(text);
  });

  it('changes a share in points', () => {
    expect(pointsText({ now: 0.509, before: 0.491, period: 'the hour before' })).toBe('+1.8 points');
    expect(pointsText({ now: 0.4, before: 0.4, period: 'the hour before' })).toBe('unchanged');
    expect(pointsText({ now: 0.4, before: null, period: 'the hour before' })).toBe('no figure for the hour before');
  });

  it('keeps the exact value for the tooltip', () => {
    expect(moneyExact(0.003024)).toBe('$0.00302400');
    expect(moneyExact(-0.017)).toBe('−$0.01700000');
    expect(durationExact(1314)).toBe('1,314 ms');
    expect(durationExact(0.412)).toBe('0.412 ms');
    expect(shareExact(0.61732)).toBe('61.732 %');
  });

  it('writes counts with their noun, and rates', () => {
    expect([countOf(1, 'request'), countOf(12_400, 'request')]).toEqual(['1 request', '12.4k requests']);
    expect([0, 0.01, 0.7, 12.4].map(rateText)).toEqual(['0', '<0.1', '0.7', '12']);
  });
});

describe('instants are written in one named time zone', () => {
  const clock = createClock(namedZone('Europe/Berlin'));
  const at = Date.UTC(2026, 10, 28, 13, 17, 42, 306);

  it('names the zone with its offset', () => {
    expect(clock.range(at - 3_600_000, at)).toBe('13:17 – 14:17, Berlin (UTC+1)');
    expect(createClock(namedZone('UTC')).zone(at)).toBe('UTC');
    expect(createClock({ ...namedZone('Europe/Berlin'), name: undefined }).zone(at)).toBe('UTC+1');
  });

  it('adds the day to a range over midnight and to another day', () => {
    expect(clock.range(at - 86_400_000, at)).toBe('27 Nov, 14:17 – 28 Nov, 14:17, Berlin (UTC+1)');
    expect(clock.moment(at, at)).toBe('14:17:42');
    expect(clock.moment(at - 86_400_000, at)).toBe('27 Nov, 14:17:42');
  });

  it('follows the offset of the zone, also one of parts of an hour and one that changes', () => {
    expect(createClock(namedZone('Asia/Kolkata')).time(at)).toBe('18:47:42');
    expect(createClock(namedZone('America/St_Johns')).range(at, at)).toBe('09:47:42 – 09:47:42, St Johns (UTC-3:30)');
    const springAt = Date.UTC(2026, 2, 29, 1);
    expect([springAt - 1, springAt].map(clock.time)).toEqual(['01:59:59', '03:00:00']);
  });

  it('writes one instant in full', () => {
    expect(clock.full(at)).toBe('28 Nov 2026, 14:17:42.306');
    expect(clock.tick(at, 3_600_000)).toBe('14:17');
    expect(clock.tick(at, 300_000)).toBe('14:17:42');
    expect(clock.tick(at, 604_800_000)).toBe('28 Nov');
  });
});
