/** The sign of a negative number, as wide as a plus. */
export const MINUS = '−';

/** Between a digit and as many groups of three as there are before the point. */
const THOUSANDS = /\B(?=(?:\d{3})+(?!\d))/g;

/**
 * A number with a comma for thousands and so many decimals: `1,314`. A format of `Intl` would take a slow processor milliseconds to make.
 */
export function grouped(value: number, decimals = 0): string {
  const [whole = '', fraction] = value.toFixed(decimals).split('.');
  const digits = whole.replace(THOUSANDS, ',');
  return fraction === undefined ? digits : `${digits}.${fraction}`;
}
