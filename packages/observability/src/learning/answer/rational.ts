const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,4}))?$/iu;
/** Longer numbers are not compared: exact arithmetic takes time that grows with the square of their length. */
const MAX_DIGITS = 400;

/** An exact fraction in lowest terms. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** The exact value of a decimal number, as a text that is the same for the same value; undefined for any other text. */
export function rationalOf(text: string): string | undefined {
  const value = decimal(text);
  return value && rationalText(value);
}

/** Reads a decimal number such as `-12.50` or `1e3`. */
export function decimal(text: string): Rational | undefined {
  const found = NUMBER.exec(text);
  if (found === null) return undefined;
  const [, sign, whole = '', part = '', exponent = '0'] = found;
  const power = Number(exponent) - part.length;
  if (whole === '' && part === '') return undefined;
  if (whole.length + part.length + Math.abs(power) > MAX_DIGITS) return undefined;
  const digits = BigInt(whole + part) * (sign === '-' ? -1n : 1n);
  return power >= 0 ? reduced(digits * 10n ** BigInt(power), 1n) : reduced(digits, 10n ** BigInt(-power));
}

/** @param denominator - not 0 */
export function reduced(numerator: bigint, denominator: bigint): Rational {
  let [large, small] = [numerator < 0n ? -numerator : numerator, denominator < 0n ? -denominator : denominator];
  while (small !== 0n) [large, small] = [small, large % small];
  const divisor = denominator < 0n ? -large : large;
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

export function times(one: Rational, other: Rational): Rational {
  return reduced(one.numerator * other.numerator, one.denominator * other.denominator);
}

export function rationalText({ numerator, denominator }: Rational): string {
  return `${numerator}/${denominator}`;
}
