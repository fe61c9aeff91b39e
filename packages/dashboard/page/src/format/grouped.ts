/** The sign of a negative number, as wide as a plus. */
export const MINUS = '−';

const formats = new Map<number, Intl.NumberFormat>();

/** A number with a comma for thousands and so many decimals: `1,314`. */
export function grouped(value: number, decimals = 0): string {
  let format = formats.get(decimals);
  if (format === undefined) {
    format = new Intl.NumberFormat('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    formats.set(decimals, format);
  }
  return format.format(value);
}
