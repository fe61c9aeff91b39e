import { characterClass, DIGIT, LETTER, lowerUnit, NEWLINE, SPACE, SYMBOL } from './characters.ts';
import { FNV_BASIS, fnvStep } from './fnv1a.ts';
import { bitOf, kindsOf, WORD_KINDS, type WordKind } from './lexicon.ts';

/** Of a longer prompt the first and the last so many characters are read: instructions begin it, and questions end it. */
const READ_CHARACTERS = 8_192;
const LONG_WORD = 9;
const COMMON = bitOf('common');

/** What one reading of a prompt counts. Counts are of the part that was read; `characters` are of the whole. */
export interface PromptScan {
  characters: number;
  read: number;
  words: number;
  letters: number;
  longWords: number;
  rareWords: number;
  capitalWords: number;
  distinctWords: number;
  sentences: number;
  digits: number;
  numbers: number;
  mathsSymbols: number;
  latex: number;
  codeMarks: number;
  answerOptions: number;
  lines: number;
  longestLine: number;
  listItems: number;
  quotes: number;
  questionMarks: number;
  nonAscii: number;
  /** How many words (and pairs of words) of each kind. */
  readonly kinds: Readonly<Record<WordKind, number>>;
  /** FNV-1a hashes of the tokens, in their order. */
  readonly tokens: readonly number[];
  /** FNV-1a hashes of each two neighbouring tokens with a blank between them. */
  readonly pairs: readonly number[];
}

/**
 * Reads a prompt once, from left to right. A token is a run of letters in lower case, a run of digits (each read as 0, four of
 * them at most), or any other character by itself; so is each ideograph.
 */
export function scanPrompt(prompt: string): PromptScan {
  if (prompt.length <= 2 * READ_CHARACTERS) return new Scanner(prompt.length).scan(prompt);
  const text = `${prompt.slice(0, READ_CHARACTERS)}\n${prompt.slice(-READ_CHARACTERS)}`;
  return new Scanner(prompt.length).scan(text);
}

class Scanner implements PromptScan {
  characters: number;
  read = 0;
  words = 0;
  letters = 0;
  longWords = 0;
  rareWords = 0;
  capitalWords = 0;
  sentences = 0;
  digits = 0;
  numbers = 0;
  mathsSymbols = 0;
  latex = 0;
  codeMarks = 0;
  answerOptions = 0;
  lines = 1;
  longestLine = 0;
  listItems = 0;
  quotes = 0;
  questionMarks = 0;
  nonAscii = 0;
  readonly tokens: number[] = [];
  readonly pairs: number[] = [];
  readonly #distinct = new Set<number>();
  readonly #kindCounts = new Float64Array(WORD_KINDS.length);
  /** The hash of the token before, with a blank after it: where the hash of a pair goes on. */
  #pairBasis = 0;

  constructor(characters: number) {
    this.characters = characters;
  }

  get distinctWords(): number {
    return this.#distinct.size;
  }

  get kinds(): Readonly<Record<WordKind, number>> {
    return Object.fromEntries(WORD_KINDS.map((kind, index) => [kind, this.#kindCounts[index] ?? 0])) as Record<
      WordKind,
      number
    >;
  }

  scan(text: string): this {
    this.read = text.length;
    let lineStart = 0;
    let hasLineBegun = false;
    for (let at = 0; at < text.length; ) {
      const unit = text.charCodeAt(at);
      const kind = characterClass(unit);
      if (kind === SPACE) {
        at += 1;
        continue;
      }
      if (kind === NEWLINE) {
        this.#endLine(at - lineStart);
        this.lines += 1;
        at += 1;
        lineStart = at;
        hasLineBegun = false;
        continue;
      }
      const end =
        kind === LETTER ? this.#word(text, at) : kind === DIGIT ? this.#number(text, at) : this.#symbol(text, at);
      if (!hasLineBegun) this.#beginLine(text, at, end, kind);
      hasLineBegun = true;
      at = end;
    }
    this.#endLine(text.length - lineStart);
    return this;
  }

  #word(text: string, start: number): number {
    let hash = FNV_BASIS;
    let pair = this.#pairBasis;
    let capitals = 0;
    let at = start;
    for (; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (characterClass(unit) !== LETTER && !isApostropheWithin(text, at, start)) break;
      const lower = lowerUnit(unit);
      if (lower !== unit) capitals += 1;
      if (unit >= 0x80) this.nonAscii += 1;
      hash = fnvStep(hash, lower);
      pair = fnvStep(pair, lower);
    }
    const length = at - start;
    this.words += 1;
    this.letters += length;
    if (length >= LONG_WORD) this.longWords += 1;
    if (length >= 2 && capitals === length) this.capitalWords += 1;
    this.#distinct.add(hash);
    const kinds = kindsOf(hash);
    if ((kinds & COMMON) === 0) this.rareWords += 1;
    this.#count(kinds);
    if (this.#pairBasis !== 0) this.#count(kindsOf(pair));
    this.#token(hash, pair);
    return at;
  }

  #number(text: string, start: number): number {
    let hash = FNV_BASIS;
    let pair = this.#pairBasis;
    let at = start;
    for (; at < text.length && characterClass(text.charCodeAt(at)) === DIGIT; at += 1) {
      if (at - start >= 4) continue;
      hash = fnvStep(hash, 48);
      pair = fnvStep(pair, 48);
    }
    this.digits += at - start;
    const previous = start === 0 ? 0 : text.charCodeAt(start - 1);
    const isContinued =
      (previous === 0x2e || previous === 0x2c) && characterClass(text.charCodeAt(start - 2)) === DIGIT;
    if (!isContinued) this.numbers += 1; // 1,234.5 is one number
    this.#token(hash, pair);
    return at;
  }

  #symbol(text: string, at: number): number {
    const unit = text.charCodeAt(at);
    const next = text.charCodeAt(at + 1); // NaN at the end
    const end = unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000 ? at + 2 : at + 1;
    if (unit >= 0x80) this.nonAscii += end - at;
    this.#mark(unit, next, text, at);
    let hash = fnvStep(FNV_BASIS, unit);
    let pair = fnvStep(this.#pairBasis, unit);
    if (end === at + 2) {
      hash = fnvStep(hash, next);
      pair = fnvStep(pair, next);
    }
    this.#token(hash, pair);
    return end;
  }

  #mark(unit: number, next: number, text: string, at: number): void {
    switch (unit) {
      case 0x2e: // .
      case 0x21: // !
      case 0x3f: // ?
        if (unit === 0x3f) this.questionMarks += 1;
        if (!(next > 0x20)) this.sentences += 1;
        return;
      case 0x22: // "
      case 0x201c:
      case 0x201d:
        this.quotes += 1;
        return;
      case 0x24: // $: half of $…$, unless it is money
        if (characterClass(next) !== DIGIT) this.latex += 0.5;
        return;
      case 0x5c: // \
        if (characterClass(next) === LETTER) this.latex += 1;
        return;
      case 0x7b: // {
      case 0x7d: // }
      case 0x3b: // ;
        this.codeMarks += 1;
        return;
      case 0x60: // `, and three fence code
        if (next === 0x60 && text.charCodeAt(at + 2) === 0x60) this.codeMarks += 1;
        return;
      case 0x28: // (
        if (next === 0x29) this.codeMarks += 1;
        else if (isOptionLetter(next) && text.charCodeAt(at + 2) === 0x29) this.answerOptions += 1;
        return;
      case 0x3d: // =
        if (next === 0x3e) this.codeMarks += 1;
        else this.mathsSymbols += 1;
        return;
      default:
        if (MATHS_SYMBOLS.has(unit)) this.mathsSymbols += 1;
    }
  }

  #beginLine(text: string, start: number, end: number, kind: number): void {
    const unit = text.charCodeAt(start);
    const after = text.charCodeAt(end);
    const isMarked = after === 0x2e || after === 0x29; // 1. or a)
    if (kind === LETTER && end === start + 1 && isMarked && isOptionLetter(unit)) this.answerOptions += 1;
    else if (kind === DIGIT && isMarked) this.listItems += 1;
    else if (kind === SYMBOL && (unit === 0x2d || unit === 0x2a || unit === 0x2022) && after === 0x20)
      this.listItems += 1;
  }

  #endLine(length: number): void {
    if (length > this.longestLine) this.longestLine = length;
  }

  #count(kinds: number): void {
    for (let rest = kinds; rest !== 0; rest &= rest - 1) {
      const index = 31 - Math.clz32(rest & -rest);
      this.#kindCounts[index] = (this.#kindCounts[index] ?? 0) + 1;
    }
  }

  #token(hash: number, pair: number): void {
    if (this.#pairBasis !== 0) this.pairs.push(pair);
    this.tokens.push(hash);
    this.#pairBasis = fnvStep(hash, 0x20);
  }
}

const MATHS_SYMBOLS: ReadonlySet<number> = new Set(
  Array.from('+*/^<>|%≤≥≠±×÷√∑∏∫∞πθ∈∀∃→°²³−', (symbol) => symbol.charCodeAt(0)),
);

function isOptionLetter(unit: number): boolean {
  return (unit >= 0x41 && unit <= 0x4a) || (unit >= 0x61 && unit <= 0x6a);
}

function isApostropheWithin(text: string, at: number, start: number): boolean {
  const unit = text.charCodeAt(at);
  if (unit !== 0x27 && unit !== 0x2019) return false;
  return at > start && characterClass(text.charCodeAt(at + 1)) === LETTER;
}
