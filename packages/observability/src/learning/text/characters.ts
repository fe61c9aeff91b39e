/** What a UTF-16 code unit is to a reader of tokens. */
export const SYMBOL = 0;
export const LETTER = 1;
export const DIGIT = 2;
export const SPACE = 3;
export const NEWLINE = 4;

const CLASSES = new Uint8Array(0x10000).fill(0xff);
for (let unit = 0; unit < 0x80; unit += 1) CLASSES[unit] = classified(unit);

/** The class of a code unit; `NaN`, which is what follows the end of a text, is a symbol. */
export function characterClass(unit: number): number {
  const known = CLASSES[unit];
  if (known === undefined) return SYMBOL;
  if (known !== 0xff) return known;
  return (CLASSES[unit] = classified(unit));
}

/** A code unit in lower case; typographic apostrophes become the plain one. */
export function lowerUnit(unit: number): number {
  if (unit < 0x80) return unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit;
  if (unit === 0x2019) return 0x27;
  return String.fromCharCode(unit).toLowerCase().charCodeAt(0);
}

function classified(unit: number): number {
  if (unit === 0x0a || unit === 0x0d || unit === 0x2028 || unit === 0x2029) return NEWLINE;
  const text = String.fromCharCode(unit);
  if (/\s/u.test(text)) return SPACE;
  if (/\p{Nd}/u.test(text)) return DIGIT;
  // Scripts that write no blanks between words give one token per character.
  if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(text)) return SYMBOL;
  return /[\p{L}\p{M}]/u.test(text) ? LETTER : SYMBOL;
}
