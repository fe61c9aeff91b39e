import { grouped } from './grouped.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A number and its unit, which is set smaller beside a large figure. */
export interface Quantity {
  readonly value: string;
  readonly unit: string;
}

/** `<1 ms`, `412 ms`, `1.3 s`, `12 s`, `4 m 12 s`, `2 h 5 m`, `3 d 4 h`: the parts of a time in milliseconds. */
export function durationParts(ms: number): readonly Quantity[] {
  if (ms < 1) return [{ value: '<1', unit: 'ms' }];
  if (Math.round(ms) < SECOND) return [{ value: String(Math.round(ms)), unit: 'ms' }];
  if (ms < 9.95 * SECOND) return [{ value: (ms / SECOND).toFixed(1), unit: 's' }];
  if (Math.round(ms / SECOND) < 60) return [{ value: String(Math.round(ms / SECOND)), unit: 's' }];
  if (Math.round(ms / SECOND) < 3600) return twoParts(ms, MINUTE, SECOND, 'm', 's');
  if (Math.round(ms / MINUTE) < 24 * 60) return twoParts(ms, HOUR, MINUTE, 'h', 'm');
  return twoParts(ms, DAY, HOUR, 'd', 'h');
}

function twoParts(ms: number, large: number, small: number, largeUnit: string, smallUnit: string): Quantity[] {
  const smalls = Math.round(ms / small);
  const whole = Math.floor((smalls * small) / large);
  const rest = smalls - (whole * large) / small;
  const first = { value: grouped(whole), unit: largeUnit };
  return rest === 0 ? [first] : [first, { value: String(rest), unit: smallUnit }];
}

/** A time in milliseconds in one or two units; `–` when it does not apply, `unknown` when it was not measured. */
export function durationText(ms: number | null | undefined): string {
  if (ms === undefined) return '–';
  if (ms === null) return 'unknown';
  return durationParts(ms)
    .map(({ value, unit }) => `${value} ${unit}`)
    .join(' ');
}

/** A mark on a scale from 0 to `end` (at least 1 ms), precise enough to tell the quarters of the scale apart. */
export function durationScale(ms: number, end: number): string {
  if (ms === 0) return '0';
  if (end < 10) return `${ms.toFixed(1)} ms`;
  return end >= SECOND && ms < 10 * SECOND ? `${(ms / SECOND).toFixed(1)} s` : durationText(ms);
}

/** The time to the millisecond, or to the microsecond below ten: `1,314 ms`, `0.412 ms`. */
export function durationExact(ms: number): string {
  return `${grouped(ms, ms > 0 && ms < 10 && !Number.isInteger(ms) ? 3 : 0)} ms`;
}
