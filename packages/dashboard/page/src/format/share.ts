import { grouped, MINUS } from './grouped.ts';

/**
 * A share as a percentage: `61.7 %`, `<0.1 %`, `0 %`. What is not all is never rounded to `100 %`, what is not nothing never to `0 %`.
 *
 * @param decimals - 1, or 0 where there is little room
 */
export function shareText(share: number | null | undefined, decimals: 0 | 1 = 1): string {
  if (share === undefined) return '–';
  if (share === null) return 'unknown';
  const size = Math.abs(share);
  const sign = share < 0 ? MINUS : '';
  const step = 10 ** -decimals;
  if (size === 0 || size === 1) return `${sign}${size * 100} %`;
  if (size * 100 < step / 2) return `${sign}<${step} %`;
  if (size < 1 && size * 100 >= 100 - step / 2) return `${sign}>${grouped(100 - step, decimals)} %`;
  return `${sign}${grouped(size * 100, decimals)} %`;
}

/** The share to the thousandth of a percent. */
export function shareExact(share: number): string {
  return `${share < 0 ? MINUS : ''}${grouped(Math.abs(share) * 100, 3)} %`;
}
