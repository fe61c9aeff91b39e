/**
 * Words that turn a question around. English only: of other languages the gate checks numbers, quotations and identifiers.
 */
const TURNING_WORDS: ReadonlySet<string> = new Set(
  (
    'no not never none nobody nothing neither nor without cannot except unless ' +
    'enable disable on off in out add remove up down before after more less most least first last ' +
    'increase decrease min max minimum maximum open close start stop allow deny true false'
  ).split(' '),
);

const WORD = /\p{L}[\p{L}\p{M}'’]*/gu;
const NUMBER = /\d+(?:[.,:/-]\d+)*/g;
/** A quotation ends before the next one begins, so marks without an end take linear time. */
const QUOTED = /"[^"]*"|“[^“”]*”|`[^`]*`|«[^«»]*»/g;
/** Names of code and of people and places: a capital or a mark inside a word, or a capital at the start of one within a sentence. */
const IDENTIFIER = /\b\w*(?:[a-z\d][A-Z]|[_\d])\w*\b|(?<=[\p{L}\d,;:)]\s)\p{Lu}[\p{L}\d-]+/gu;

/**
 * Whether two texts agree in what similarity is blind to: numbers, negations and other words that turn a question around, quotations,
 * identifiers and names. A question about version 2 is not one about version 3, however near they lie.
 */
export function haveSameContent(one: string, other: string): boolean {
  return signatureOf(one) === signatureOf(other);
}

function signatureOf(text: string): string {
  return JSON.stringify([
    text.match(NUMBER)?.toSorted() ?? [],
    text.match(QUOTED)?.toSorted() ?? [],
    text.match(IDENTIFIER)?.toSorted() ?? [],
    turningWords(text),
  ]);
}

/** In their order, so "from A to B" questions that swap a pair of them differ. */
function turningWords(text: string): readonly string[] {
  const words = text.toLowerCase().match(WORD) ?? [];
  return words.flatMap((word) =>
    word.endsWith("n't") || word.endsWith('n’t') ? ['not'] : TURNING_WORDS.has(word) ? [word] : [],
  );
}
