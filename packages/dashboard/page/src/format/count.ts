import { grouped } from './grouped.ts';

/** `2,400`, `12.4k`, `845k`, `1.2M`: exact up to 9,999, three figures from there. */
export function countText(count: number | null | undefined): string {
  if (count === undefined) return '–';
  if (count === null) return 'unknown';
  if (Math.round(count) < 10_000) return grouped(count);
  if (count < 999_500) return `${threeFigures(count / 1000)}k`;
  if (count < 999_500_000) return `${threeFigures(count / 1e6)}M`;
  return `${threeFigures(count / 1e9)}B`;
}

function threeFigures(value: number): string {
  return grouped(value, value < 99.95 ? 1 : 0);
}

/** A count beside its noun: `1 request`, `12.4k requests`. */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${countText(count)} ${count === 1 ? singular : plural}`;
}

/** A rate each second: `0.7`, `12`, `1,250`. */
export function rateText(rate: number): string {
  return rate > 0 && rate < 0.05 ? '<0.1' : grouped(rate, rate < 9.95 && rate > 0 ? 1 : 0);
}
