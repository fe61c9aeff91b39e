import { grouped, MINUS } from './grouped.ts';

export interface ChangeInput {
  readonly now: number;
  /** The same figure of the period before; null while nothing is known of that. */
  readonly before: number | null;
  /** What that period is called: `the hour before`. */
  readonly period: string;
}

/** How a figure has changed: `−4.1 %`, `was 0 the hour before`. From 0 there is no percentage. */
export function changeText({ now, before, period }: ChangeInput): string {
  if (before === null) return `no figure for ${period}`;
  if (before === now) return 'unchanged';
  if (before === 0) return `was 0 ${period}`;
  return signed(((now - before) / Math.abs(before)) * 100, '%');
}

/** How a share has changed, in points: `+1.8 points`. */
export function pointsText({ now, before, period }: ChangeInput): string {
  if (before === null) return `no figure for ${period}`;
  return now === before ? 'unchanged' : signed((now - before) * 100, 'points');
}

function signed(change: number, unit: string): string {
  const size = Math.abs(change);
  const sign = change < 0 ? MINUS : '+';
  if (size < 0.05) return `${sign}<0.1 ${unit}`;
  return `${sign}${grouped(size, size < 999.95 ? 1 : 0)} ${unit}`;
}
