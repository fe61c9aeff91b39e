/** What became of the sums in a text when they were done again. */
export interface ArithmeticCheck {
  /** Equations of numbers that were found, such as `3 * (4 + 1) = 15` or `<<9*2=18>>`. */
  readonly equations: number;
  /** How many of them are wrong, beyond the rounding that their own last digit allows. */
  readonly wrong: number;
}

const EQUATION = /([\d(][\d\s.,()+*/×÷−$%-]{0,200}[\d)%])\s*=\s*\$?\s*(-?\d[\d,]*(?:\.\d+)?)/gu;
const MAX_TEXT = 20_000;

/** Does the sums of a text again, its first 20,000 characters: a cheap model that cannot count shows it here. */
export function checkArithmetic(text: string): ArithmeticCheck {
  let equations = 0;
  let wrong = 0;
  for (const [, expression = '', result = ''] of text.slice(0, MAX_TEXT).matchAll(EQUATION)) {
    if (!/[\d%]\s*\)*\s*[+*/×÷−-]/u.test(expression)) continue; // a number alone is no sum
    const expected = resultOf(expression);
    if (expected === undefined) continue;
    equations += 1;
    const stated = Number(result.replaceAll(',', ''));
    const digits = result.split('.')[1]?.length ?? 0;
    const rounding = digits === 0 && Number.isInteger(expected) ? 1e-6 : 0.51 * 10 ** -digits;
    if (Math.abs(expected - stated) > rounding + 1e-9 * Math.abs(expected)) wrong += 1;
  }
  return { equations, wrong };
}

/** The value of a sum of numbers; undefined if it is none. Never runs what it reads. */
function resultOf(expression: string): number | undefined {
  const text = expression
    .replaceAll(/[\s,$]/gu, '')
    .replaceAll('×', '*')
    .replaceAll('÷', '/')
    .replaceAll('−', '-');
  let at = 0;
  const sum = (): number => {
    let value = product();
    while (text[at] === '+' || text[at] === '-') value += text[at++] === '+' ? product() : -product();
    return value;
  };
  const product = (): number => {
    let value = factor();
    while (text[at] === '*' || text[at] === '/') value = text[at++] === '*' ? value * factor() : value / factor();
    return value;
  };
  const factor = (): number => {
    if (text[at] === '-') {
      at += 1;
      return -factor();
    }
    if (text[at] === '(') {
      at += 1;
      const value = sum();
      return text[at++] === ')' ? percent(value) : Number.NaN;
    }
    const digits = /^\d+(?:\.\d+)?|^\.\d+/.exec(text.slice(at, at + 40))?.[0];
    if (digits === undefined) return Number.NaN;
    at += digits.length;
    return percent(Number(digits));
  };
  const percent = (value: number): number => {
    if (text[at] !== '%') return value;
    at += 1;
    return value / 100;
  };
  const value = sum();
  return at === text.length && Number.isFinite(value) ? value : undefined;
}
