import { grouped, MINUS } from './grouped.ts';

/** Amounts below this are printed as smaller than it. */
const SMALLEST_USD = 0.0001;

/** Every amount, in full: for tooltips and for what is copied. */
const EXACT_DECIMALS = 8;

/** US dollars: null where the price is unknown, undefined where there is nothing to pay or save. */
export type Usd = number | null | undefined;

/**
 * An amount that stands alone: `$3.49`, `$0.160`, `$0.0042`, `<$0.0001`. Whole dollars from $1,000, cents from $1, three significant
 * figures from a cent, two below. `unknown` and `–` are never `$0`.
 */
export function moneyText(usd: Usd): string {
  if (usd === undefined) return '–';
  if (usd === null) return 'unknown';
  const amount = Math.abs(usd);
  const sign = usd < 0 ? MINUS : '';
  if (amount === 0) return '$0';
  if (amount < SMALLEST_USD) return `${sign}<$${SMALLEST_USD}`;
  return `${sign}$${grouped(amount, decimalsAlone(amount))}`;
}

/** The amount to the hundred-millionth: `$0.00302400`. */
export function moneyExact(usd: number): string {
  return `${usd < 0 ? MINUS : ''}$${grouped(Math.abs(usd), EXACT_DECIMALS)}`;
}

export interface ColumnMoney {
  /** The sign and the zeros that only hold the place: `$0.00`. */
  readonly lead: string;
  /** The digits that differ from row to row: `145`. */
  readonly digits: string;
}

/** An amount in a column, where all have the same number of decimals. Zero is `$0`, without digits. */
export function moneyInColumn(usd: number, decimals: number): ColumnMoney {
  if (usd === 0) return { lead: '$0', digits: '' };
  const text = grouped(Math.abs(usd), decimals);
  const sign = usd < 0 ? `${MINUS}$` : '$';
  const zeros = /^0\.0*/.exec(text)?.[0] ?? '';
  if (zeros.length === text.length) return { lead: `${usd < 0 ? MINUS : ''}<$${smallestOf(decimals)}`, digits: '' };
  return zeros === ''
    ? { lead: '', digits: `${sign}${text}` }
    : { lead: `${sign}${zeros}`, digits: text.slice(zeros.length) };
}

function smallestOf(decimals: number): string {
  return grouped(10 ** -decimals, decimals);
}

/** How many decimals show three significant figures of the largest amount of a column: at least two, at most five. */
export function columnDecimals(amounts: readonly Usd[]): number {
  const largest = Math.max(0, ...amounts.map((amount) => Math.abs(amount ?? 0)));
  if (largest === 0) return 2;
  return Math.min(5, Math.max(2, 2 - Math.floor(Math.log10(largest)) + (largest < 1 ? 1 : 0)));
}

function decimalsAlone(amount: number): number {
  const decimals = decimalsOf(amount);
  return decimalsOf(Number(amount.toFixed(decimals))); // 0.9996 is $1.00 and not $1.000
}

function decimalsOf(amount: number): number {
  if (amount >= 1000) return 0;
  if (amount >= 1) return 2;
  const figures = amount >= 0.01 ? 3 : 2;
  return figures - 1 - Math.floor(Math.log10(amount) + 1e-12);
}
