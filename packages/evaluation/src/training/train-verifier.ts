import {
  inputsSeen,
  type PromptVector,
  predictor,
  type SeenAnswer,
  trustBy,
  type VerifierInput,
  type VerifierWeights,
  vectorOf,
  verifierInputs,
} from 'tta-observability-integration/learning';
import { fitLogistic } from './logistic.ts';
import { type TrainingOptions, trainWeights } from './train.ts';

/** Numbers of both models, row by row: what their answers were worth, or how likely they were good. */
export interface VerifierTargets {
  readonly cheap: Float64Array;
  readonly strong: Float64Array;
}

/** Answers of a cheap model, graded, to prompts whose answer by the strong model is graded too; row by row. */
export interface AnsweredRows {
  readonly prompts: readonly PromptVector[];
  /** The answers of the cheap model: with their texts, in all rows or in none. */
  readonly answers: readonly SeenAnswer[];
  /** The answers of a second model, if the verifier is to compare. */
  readonly second?: readonly SeenAnswer[] | undefined;
  /** From 0 to 1; none of them unknown. */
  readonly qualities: VerifierTargets;
  /** The fold of each row ({@link foldsOf}). */
  readonly folds: Int32Array;
}

/** A verifier, and what it is worth. */
export interface TrainedVerifier {
  readonly verifier: VerifierWeights;
  /** How far each answer is to be trusted, by a verifier that was trained without the row's fold. */
  readonly trust: Float64Array;
  /** P(good) before the call, by weights that were trained without the row's fold. */
  readonly chances: VerifierTargets;
}

type Options = Omit<TrainingOptions, 'onProgress'>;

/**
 * Learns to tell when a cheap answer will do: from the chances before the call, from how the answer looks (its words and whether its sums
 * are right, or its length; whether anything could be extracted), and from whether a second model says the same. It gives the share of the
 * work that is done, and in the end the verifier; the same rows and seed give the same one.
 *
 * The verifier is made of all rows. The trust that is given for each row is that of another one, which no label of the row's fold has
 * reached by any way: its heads, and the heads whose predictions its regressions were fitted on, were trained on other folds. Heads are
 * wrong about the rows that they were not trained on in a way that gives the labels of these rows away, so nothing less would do.
 *
 * @throws RangeError if the rows are in less than three folds
 */
export function* trainVerifierSteps(
  rows: AnsweredRows,
  { cheap, strong, second }: Pick<VerifierWeights, 'cheap' | 'strong' | 'second'>,
  options: Options,
): Generator<number, TrainedVerifier, void> {
  const { prompts, qualities, folds } = rows;
  const names = [...new Set(folds)].sort((one, other) => one - other);
  if (names.length < 3) throw new RangeError('rows of at least three different questions are needed');
  const inputs = inputsSeen(rows.answers, rows.second);
  const texts = inputs.includes('answerLogit')
    ? rows.answers.map(({ text = '' }) => vectorOf(text, options.hashBits))
    : undefined;
  const parts = texts === undefined ? 2 : 3;
  const cheapChances = yield* partOf(apartSteps(prompts, qualities.cheap, folds, names, options), 0, parts);
  const strongChances = yield* partOf(apartSteps(prompts, qualities.strong, folds, names, options), 1, parts);
  const byWords = texts && (yield* partOf(apartSteps(texts, qualities.cheap, folds, names, options), 2, parts));
  const known = (row: number, without?: number): readonly number[] =>
    verifierInputs(inputs, {
      cheapChance: chanceAt(cheapChances, row, without),
      strongChance: chanceAt(strongChances, row, without),
      byWords: byWords && chanceAt(byWords, row, without),
      cheap: rows.answers[row] as SeenAnswer,
      second: rows.second?.[row],
    });
  const all = Array.from(folds.keys());
  const knownOfAll = all.map((row) => known(row));
  const trust = new Float64Array(folds.length);
  for (const fold of names) {
    const others = all.filter((row) => folds[row] !== fold);
    const judge = trustBy(
      fitted(
        others.map((row) => known(row, fold)),
        inputs,
        { cheap: picked(qualities.cheap, others), strong: picked(qualities.strong, others) },
      ),
    );
    for (const row of all) if (folds[row] === fold) trust[row] = judge(knownOfAll[row] as readonly number[]);
  }
  const verifier: VerifierWeights = {
    cheap,
    ...(rows.second === undefined ? {} : { second }),
    strong,
    ...(texts === undefined ? {} : { answer: answerHead(texts, qualities.cheap, options) }),
    inputs,
    ...fitted(knownOfAll, inputs, qualities),
  };
  const chances = { cheap: chancesOf(cheapChances), strong: chancesOf(strongChances) };
  return { verifier, trust, chances };
}

/** P(good) row by row, by the fold that was left out besides that of the row; under its own fold where no other was. */
type Apart = ReadonlyMap<number, Float64Array>;
const NO_OTHER = -1;

/**
 * Predicts each row by weights that know neither its fold nor another one, for every other one, and by weights that do not know its fold.
 * Weights without two folds serve the rows of both.
 */
function* apartSteps(
  vectors: readonly PromptVector[],
  quality: Float64Array,
  folds: Int32Array,
  names: readonly number[],
  options: Options,
): Generator<number, Apart, void> {
  const apart = new Map([NO_OTHER, ...names].map((name) => [name, new Float64Array(folds.length)]));
  const pairs = names.flatMap((one, index) => names.slice(index).map((other) => [one, other] as const));
  for (const [done, [one, other]] of pairs.entries()) {
    const rest = Array.from(folds.keys()).filter((row) => folds[row] !== one && folds[row] !== other);
    const learned = trainWeights(
      rest.map((row) => vectors[row] as PromptVector),
      { good: picked(quality, rest) },
      options,
    );
    const { predictVector } = predictor(learned);
    for (const [row, vector] of vectors.entries()) {
      const fold = folds[row];
      if (fold !== one && fold !== other) continue;
      const without = one === other ? NO_OTHER : fold === one ? other : one;
      (apart.get(without) as Float64Array)[row] = predictVector(vector)['good'] as number;
    }
    yield (done + 1) / pairs.length;
  }
  return apart;
}

function chanceAt(apart: Apart, row: number, without: number = NO_OTHER): number {
  return apart.get(without)?.[row] as number;
}

function chancesOf(apart: Apart): Float64Array {
  return apart.get(NO_OTHER) as Float64Array;
}

/** The same work as one of several equal parts of a larger one. */
function* partOf<Result>(
  steps: Generator<number, Result, void>,
  part: number,
  parts: number,
): Generator<number, Result, void> {
  let step = steps.next();
  while (step.done !== true) {
    yield (part + step.value) / parts;
    step = steps.next();
  }
  return step.value;
}

function answerHead(
  texts: readonly PromptVector[],
  quality: Float64Array,
  options: Options,
): NonNullable<VerifierWeights['answer']> {
  const { scaler, heads } = trainWeights(texts, { answer: quality }, options);
  return { scaler, head: heads['answer'] as (typeof heads)[string] }; // it was the only one to learn
}

function fitted(
  rows: readonly (readonly number[])[],
  inputs: readonly VerifierInput[],
  { cheap, strong }: VerifierTargets,
): Pick<VerifierWeights, 'range' | 'chances'> {
  const bound = (of: (one: number, other: number) => number): readonly number[] =>
    inputs.map((_, column) =>
      rows.reduce((found, row) => of(found, row[column] as number), rows[0]?.[column] as number),
    );
  return {
    range: { low: bound(Math.min), high: bound(Math.max) },
    chances: { cheap: fitLogistic(rows, cheap), strong: fitLogistic(rows, strong) },
  };
}

function picked(values: Float64Array, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows, (row) => values[row] as number);
}
