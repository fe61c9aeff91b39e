import { answersAgree, normalAnswer } from './answers.ts';
import { checkArithmetic } from './arithmetic.ts';
import { logit } from './logistic-weights.ts';

/** An answer as a verifier sees it; as much of it as is known. */
export interface SeenAnswer {
  /** All that the model wrote. */
  readonly text?: string | undefined;
  /** What is compared of it: a number, a label, a line of JSON. Without it the whole text is. */
  readonly answer?: string | number | undefined;
  readonly outputTokens?: number | undefined;
}

/** A cheap answer, and what is known besides. */
export interface KnownAnswer {
  /** P(good) of both models before the call. */
  readonly cheapChance: number;
  readonly strongChance: number;
  /** P(good) by the words of the answer, where its text is known. */
  readonly byWords?: number | undefined;
  readonly cheap: SeenAnswer;
  /** What another cheap model answers, where one is asked. */
  readonly second?: SeenAnswer | undefined;
}

/** P(good) before the call, as logits. */
const BEFORE = ['cheapLogit', 'strongLogit'] as const;
/** `answerLogit` is P(good) by the words of the answer; `wrongEquations` is three at most. */
const TEXT = [
  'answerLogit',
  'logCharacters',
  'logCharactersSquared',
  'isEmpty',
  'logEquations',
  'wrongEquations',
] as const;
/** In place of the text, where that is not known. */
const LENGTH = ['logTokens', 'logTokensSquared'] as const;
/** What was extracted; nothing, if it is missing. */
const ANSWER = ['isMissing', 'logAnswerCharacters', 'isNumeric'] as const;
/** What a second model says. */
const SECOND = ['agrees', 'agreesCheapLogit', 'agreesLength', 'isSecondMissing'] as const;

export type VerifierInput = (typeof BEFORE | typeof TEXT | typeof LENGTH | typeof ANSWER | typeof SECOND)[number];

/** What a verifier may look at, in the order in which it is kept. `log…` is ln(1 + count). */
export const VERIFIER_INPUTS: readonly VerifierInput[] = [...BEFORE, ...TEXT, ...LENGTH, ...ANSWER, ...SECOND];

const READ: Readonly<Record<VerifierInput, (known: KnownAnswer) => number>> = {
  cheapLogit: ({ cheapChance }) => logit(cheapChance),
  strongLogit: ({ strongChance }) => logit(strongChance),
  answerLogit: ({ byWords = Number.NaN }) => logit(byWords),
  logCharacters: ({ cheap }) => logCharacters(cheap),
  logCharactersSquared: ({ cheap }) => logCharacters(cheap) ** 2,
  isEmpty: ({ cheap: { text } }) => (text === undefined ? Number.NaN : Number(text.trim() === '')),
  logEquations: ({ cheap: { text = '' } }) => Math.log1p(checkArithmetic(text).equations),
  wrongEquations: ({ cheap: { text = '' } }) => Math.min(3, checkArithmetic(text).wrong),
  logTokens: ({ cheap }) => logTokens(cheap),
  logTokensSquared: ({ cheap }) => logTokens(cheap) ** 2,
  isMissing: ({ cheap }) => isMissing(cheap),
  logAnswerCharacters: ({ cheap }) => Math.log1p(normalAnswer(cheap.answer)?.length ?? 0),
  isNumeric: ({ cheap }) => Number(/^-?[\d.]+%?$/.test(normalAnswer(cheap.answer) ?? '')),
  agrees: (known) => agrees(known),
  agreesCheapLogit: (known) => agrees(known) * logit(known.cheapChance),
  agreesLength: (known) => agrees(known) * lengthOf(known.cheap),
  isSecondMissing: ({ second }) => (second === undefined ? Number.NaN : isMissing(second)),
};

/** What can be looked at in all of these answers; a second opinion only where one was asked in each row. */
export function inputsSeen(
  cheap: readonly SeenAnswer[],
  second?: readonly (SeenAnswer | undefined)[],
): readonly VerifierInput[] {
  const hasTexts = cheap.every(({ text }) => text !== undefined);
  const hasTokens = cheap.every(({ outputTokens }) => outputTokens !== undefined);
  const hasAnswers = cheap.some(({ answer }) => answer !== undefined);
  const hasSecond = second?.every((answer) => answer !== undefined) === true;
  return [
    ...BEFORE,
    ...(hasTexts ? TEXT : hasTokens ? LENGTH : []),
    ...(hasAnswers ? ANSWER : []),
    ...(hasSecond ? SECOND : []),
  ];
}

/** The numbers that stand for an answer. `NaN` for one whose source is not known. */
export function verifierInputs(names: readonly VerifierInput[], known: KnownAnswer): readonly number[] {
  return names.map((name) => READ[name](known));
}

/** What is compared of an answer. */
export function comparedOf({ answer, text }: SeenAnswer): string | number | undefined {
  return answer ?? text;
}

function agrees({ cheap, second }: KnownAnswer): number {
  return second === undefined ? Number.NaN : Number(answersAgree(comparedOf(cheap), comparedOf(second)));
}

function isMissing(answer: SeenAnswer): number {
  return Number(normalAnswer(comparedOf(answer)) === undefined);
}

function logCharacters({ text }: SeenAnswer): number {
  return text === undefined ? Number.NaN : Math.log1p(text.length);
}

function logTokens({ outputTokens }: SeenAnswer): number {
  return outputTokens === undefined ? Number.NaN : Math.log1p(outputTokens);
}

/** Of the text if it is known, else of the tokens; 0 where neither is. */
function lengthOf(answer: SeenAnswer): number {
  if (answer.text !== undefined) return logCharacters(answer);
  return answer.outputTokens === undefined ? 0 : logTokens(answer);
}
