import { type PromptScan, scanPrompt } from './text/scan.ts';

/**
 * What is measured of a prompt, in the order of {@link featuresOf}. `log…` is ln(1 + count); a `…Share` and a `has…` lie between 0
 * and 1.
 */
export const FEATURE_NAMES = [
  'logCharacters',
  'logWords',
  'meanWordLength',
  'logSentences',
  'longWordShare', // nine letters or more
  'rareWordShare', // not among the commonest two hundred words
  'digitShare',
  'logNumbers',
  'logMaths', // symbols and words
  'logLatex', // commands, and $…$
  'logCodeMarks', // fences, braces, semicolons, =>, (), def, return …
  'logProgrammingWords',
  'logStepWords', // step, then, first, each, total …
  'logConstraintWords', // must, exactly, at least, only, without …
  'logQuestionWords',
  'logWhyHow',
  'logCompareWords',
  'logProveWords',
  'logComputeWords',
  'logAnswerOptions', // "A." at the beginning of a line, "(a)" anywhere
  'logLines',
  'logQuotes',
  'hasNegation',
  'capitalWordShare',
  'nonAsciiShare',
  'logListItems',
  'hasJson',
  'logQuestionMarks',
  'logExplainWords', // explain, describe, write, design …
  'hasDefine', // translate, define, meaning …
  'logLongestLine',
  'distinctWordShare',
] as const;

/**
 * The 32 features of a prompt, in the order of {@link FEATURE_NAMES}, unscaled. Of a prompt of more than 16,384 characters the
 * first and the last 8,192 are read, `logCharacters` apart. Every value is finite, whatever the text.
 */
export function featuresOf(prompt: string): Float64Array {
  return featuresIn(scanPrompt(prompt));
}

/** The features of a prompt that has been read. */
export function featuresIn(scan: PromptScan): Float64Array {
  const { words, read, kinds } = scan;
  const ofWords = (count: number): number => count / Math.max(1, words);
  const ofCharacters = (count: number): number => count / Math.max(1, read);
  return Float64Array.of(
    Math.log1p(scan.characters),
    Math.log1p(words),
    ofWords(scan.letters),
    Math.log1p(scan.sentences),
    ofWords(scan.longWords),
    ofWords(scan.rareWords),
    ofCharacters(scan.digits),
    Math.log1p(scan.numbers),
    Math.log1p(scan.mathsSymbols + kinds.maths),
    Math.log1p(scan.latex),
    Math.log1p(scan.codeMarks + kinds.code),
    Math.log1p(kinds.programming),
    Math.log1p(kinds.step),
    Math.log1p(kinds.constraint),
    Math.log1p(kinds.question),
    Math.log1p(kinds.why),
    Math.log1p(kinds.compare),
    Math.log1p(kinds.prove),
    Math.log1p(kinds.compute),
    Math.log1p(scan.answerOptions),
    Math.log1p(scan.lines),
    Math.log1p(scan.quotes),
    kinds.negation > 0 ? 1 : 0,
    ofWords(scan.capitalWords),
    ofCharacters(scan.nonAscii),
    Math.log1p(scan.listItems),
    kinds.json > 0 ? 1 : 0,
    Math.log1p(scan.questionMarks),
    Math.log1p(kinds.explain),
    kinds.define > 0 ? 1 : 0,
    Math.log1p(scan.longestLine),
    ofWords(scan.distinctWords),
  );
}
