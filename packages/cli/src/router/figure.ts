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
  const [text, from, to] = [value, low, high].map((one) => (one === null ? '-' : one.toFixed(digits)));
  return `${text} [${from}, ${to}]`;
}

/** The mean of qualities from 0 to 1, in percent, with Wilson's interval, which is right for few rows and for all good ones. */
export function meanQuality(qualities: readonly number[]): Figure {
  const n = qualities.length;
  if (n === 0) return { n, value: null, low: null, high: null };
  const mean = qualities.reduce((sum, quality) => sum + quality, 0) / n;
  const z = 1.96;
  const centre = (mean + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const margin = (z / (1 + (z * z) / n)) * Math.sqrt((mean * (1 - mean)) / n + (z * z) / (4 * n * n));
  return { n, value: 100 * mean, low: 100 * (centre - margin), high: 100 * (centre + margin) };
}
