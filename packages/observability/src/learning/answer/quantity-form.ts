import { decimal, type Rational, rationalText, reduced, times } from './rational.ts';
import { unitOf } from './units.ts';

/** A number as people write it: with commas between thousands, with an exponent, as a fraction, as a whole and a fraction. */
const GROUPED = String.raw`\d{1,3}(?:(?:,\d{3})+|(?:[ \u00a0\u202f]\d{3})+)(?:\.\d+)?`;
const PLAIN = String.raw`(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,4}(?![\da-z]))?`;
const NUMBER = `(?:${GROUPED}|${PLAIN})(?![\\d,]*\\d)`;
const FRACTION = String.raw`(?:(\d+)\s+)?(\d+)\s*[/⁄]\s*(\d+)(?![\d/.])`;
const QUANTITY = new RegExp(
  String.raw`^([+-]?)\s*((?:US)?\$|[€£¥₹])?\s*([+-]?)(?:${FRACTION}|(${NUMBER}))\s*(\S.*)?$`,
  'isu',
);
const LATEX_FRACTION = /^([+-]?)\\?[dt]?frac\{([+-]?\d+)\}\{(\d+)\}$/u;
const NAMED = /^([a-z]\w{0,15})\s*=\s*(?!=)(\S.*)$/isu;
/** Exact arithmetic on longer texts would take long; no quantity is written like that. */
const MAX_LENGTH = 500;
const VULGAR: Readonly<Record<string, string>> = { '½': '1/2', '¼': '1/4', '¾': '3/4', '⅓': '1/3', '⅔': '2/3' };

/**
 * A number with its unit, in base units, also as the value of one variable (`x = 3`). An empty list for any other text.
 *
 * A number with a lone `$` has a second form without unit: the sign is often left out, and LaTeX uses it for something else. No other
 * unit may be missing from one of two answers.
 */
export function quantityForms(text: string): readonly string[] {
  if (text.length > MAX_LENGTH) return [];
  const named = NAMED.exec(text);
  const [name, rest] = named === null ? ['', text] : [(named[1] as string).toLowerCase(), named[2] as string];
  return valueForms(rest.replace(/\.$/u, '')).map((form) => `quantity:${name}:${form}`);
}

function valueForms(text: string): readonly string[] {
  const plain = text
    .replaceAll('−', '-')
    .replace(/^\\(?=[\d$€£])/u, '') // Markdown and LaTeX escape such a beginning
    .replace(/(\d)?\s*([½¼¾⅓⅔])/u, (_, whole: string | undefined, sign: string) => `${whole ?? ''} ${VULGAR[sign]}`)
    .replace(/\s*[×x]\s*10\s*\^\s*\{?([+-]?\d{1,4})\}?/iu, 'e$1')
    .trim();
  const latex = LATEX_FRACTION.exec(plain);
  if (latex !== null) {
    const fraction = fractionOf(latex[2] as string, latex[3] as string);
    return fraction === undefined ? [] : [rationalText(signed(fraction, latex[1]))];
  }
  const found = QUANTITY.exec(plain);
  if (found === null) return [];
  const [, sign, currency, innerSign, whole, numerator, denominator, number, unit] = found;
  if ((sign !== '' && innerSign !== '') || (currency !== undefined && unit !== undefined)) return [];
  const magnitude =
    numerator === undefined
      ? decimal((number as string).replaceAll(/[,\s]/gu, ''))
      : fractionOf(numerator, denominator as string, whole);
  if (magnitude === undefined) return [];
  return withUnit(signed(magnitude, sign || innerSign), currency ?? unit);
}

function withUnit(value: Rational, written: string | undefined): readonly string[] {
  if (written === undefined) return [rationalText(value)];
  const unit = unitOf(written);
  if (unit === undefined) return [];
  const form = [rationalText(times(value, unit.factor)), unit.base].join(' ').trim();
  return written === '$' ? [form, rationalText(value)] : [form];
}

function fractionOf(numerator: string, denominator: string, whole = '0'): Rational | undefined {
  const below = BigInt(denominator);
  return below === 0n ? undefined : reduced(BigInt(numerator) + BigInt(whole) * below, below);
}

function signed({ numerator, denominator }: Rational, sign: string | undefined): Rational {
  return { numerator: sign === '-' ? -numerator : numerator, denominator };
}
