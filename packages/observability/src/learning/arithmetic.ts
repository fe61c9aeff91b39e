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
  const read = text.slice(0, MAX_TEXT);
  for (const { 1: expression = '', 2: result = '', index } of read.matchAll(EQUATION)) {
    if (!/[\d%]\s*\)*\s*[+*/×÷−-]/u.test(expression)) continue; // a number alone is no sum
    const readings = readingsOf(expression, read.slice(Math.max(0, index - REACH), index));
    const expected = readings.map(resultOf).filter((value) => value !== undefined);
    if (expected.length === 0) continue;
    equations += 1;
    if (!expected.some((value) => isRounded(result, value))) wrong += 1;
  }
  return { equations, wrong };
}

/** So far before an expression it is looked for what it might go on from. */
const REACH = 8;

/**
 * What an expression may mean after what stands before it. A minus before it is its sign, or marks an item of a list; after any other
 * operator, or the minus of a longer expression with a letter in it (`x - 5`), it is a part of one that cannot be calculated.
 */
function readingsOf(expression: string, before: string): readonly string[] {
  const [, previous = '', gap = '', operator = '', after = ''] = /(\S?)(\s*)([+*/×÷^−-])([\s$]*)$/u.exec(before) ?? [];
  if (operator === '') return [expression];
  if (!'-−'.includes(operator)) return [];
  const isSign = gap !== '' && !/\s/u.test(after);
  if (!isSign && /[\p{L}\d)\]}%²³]/u.test(previous)) return [];
  return [expression, `-${expression}`];
}

/** Whether a stated result is a number, up to the rounding that its last digit allows. */
function isRounded(stated: string, expected: number): boolean {
  const digits = stated.split('.')[1]?.length ?? 0;
  const rounding = digits === 0 && Number.isInteger(expected) ? 1e-6 : 0.51 * 10 ** -digits;
  return Math.abs(expected - Number(stated.replaceAll(',', ''))) <= rounding + 1e-9 * Math.abs(expected);
}

/** The value of a sum of numbers; undefined if it is not a sum. Never runs what it reads. */
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
