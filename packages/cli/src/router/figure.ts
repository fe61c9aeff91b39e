import { nearestRank } from 'tta-dev-primitives/internal';
import { wilson } from 'tta-evaluation';
/** A figure with its 95 % interval and the number of rows that it is made of; null where it is not defined. */
export interface Figure {
  readonly n: number;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** `0.65 [0.62, 0.68]`; `-` where there is no figure. */
export function shown({ value, low, high }: Pick<Figure, 'value' | 'low' | 'high'>, digits = 1): string {
  if (value === null) return '-';
  const [text, from, to] = [value, low, high].map((one) => (one === null ? '-' : rounded(one, digits)));
  return `${text} [${from}, ${to}]`;
}

/** A number that rounds to 0 has no sign. */
function rounded(value: number, digits: number): string {
  return value.toFixed(digits).replace(/^-(0(?:\.0*)?)$/, '$1');
}

/** The mean of qualities from 0 to 1, in percent, with Wilson's interval, which is right for few rows and for all good ones. */
export function meanQuality(qualities: readonly number[]): Figure {
  const n = qualities.length;
  if (n === 0) return { n, value: null, low: null, high: null };
  const { share, low, high } = wilson(
    qualities.reduce((sum, quality) => sum + quality, 0),
    n,
  );
  return { n, value: 100 * share, low: 100 * low, high: 100 * high };
}

/** 1 - sum of costs / sum of baseline costs, in percent, with the interval of a ratio of means by the delta method. */
export function savedShare(costs: readonly number[], baselines: readonly number[]): Figure {
  const { n, value, low, high } = ratioOf(costs, baselines);
  return { n, value: flipped(value), low: flipped(high), high: flipped(low) };
}

/** Sum over sum, in percent, with the interval of a ratio of means by the delta method. */
export function ratioOf(parts: readonly number[], wholes: readonly number[]): Figure {
  const n = wholes.length;
  const whole = wholes.reduce((sum, one) => sum + one, 0);
  if (n < 2 || whole === 0) return { n, value: null, low: null, high: null };
  const ratio = parts.reduce((sum, one) => sum + one, 0) / whole;
  const squares = wholes.reduce((sum, one, row) => sum + ((parts[row] as number) - ratio * one) ** 2, 0);
  const margin = (1.96 * Math.sqrt((squares * n) / (n - 1))) / whole;
  return { n, value: 100 * ratio, low: 100 * (ratio - margin), high: 100 * (ratio + margin) };
}

/** A percentile with its distribution-free interval: the order statistics between which it lies 95 times in a hundred. */
export function percentileOf(values: readonly number[], share: number): Figure {
  const sorted = values.toSorted((one, other) => one - other);
  const n = sorted.length;
  if (n === 0) return { n, value: null, low: null, high: null };
  const margin = 1.96 * Math.sqrt(n * share * (1 - share));
  const [low, high] = [Math.floor(n * share - margin) - 1, Math.ceil(n * share + margin)];
  return {
    n,
    value: nearestRank(sorted, share) ?? null,
    low: sorted[low] ?? null,
    high: sorted[high] ?? null,
  };
}

function flipped(percent: number | null): number | null {
  return percent === null ? null : 100 - percent;
}
