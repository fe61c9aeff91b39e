import {
  type PromptVector,
  trustBy,
  VERIFIER_INPUTS,
  type VerifierWeights,
  vectorOf,
  verifierInputs,
} from 'tta-observability-integration/learning';
import { crossFitSteps } from './cross-fit.ts';
import { fitLogistic } from './logistic.ts';
import { type TrainingOptions, trainWeights } from './train.ts';
import type { VerifierTargets } from './verifier.ts';

/** Answers of a cheap model, graded, to prompts of which the strong model's answer is graded too; row by row. */
export interface AnsweredRows {
  readonly prompts: readonly PromptVector[];
  /** All that the cheap model wrote. */
  readonly answers: readonly string[];
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
 * Learns to tell when a cheap answer will do: from the chances before the call, from the words of the answer, and from how it looks
 * (whether there is one, its length, whether its sums are right). It gives the share of the work that is done, and in the end the
 * verifier; the same rows and seed give the same one.
 *
 * The verifier is made of all rows. The trust that is given for each row is that of another one, which no label of the row's fold has
 * reached by any way: its heads, and the heads whose predictions its regressions were fitted on, were trained on other folds. Heads are
 * wrong about the rows that they were not trained on in a way that gives the labels of these rows away, so nothing less would do.
 *
 * @throws RangeError if the rows are in less than three folds
 */
export function* trainVerifierSteps(
  rows: AnsweredRows,
  { cheap, strong }: { readonly cheap: string; readonly strong: string },
  options: Options,
): Generator<number, TrainedVerifier, void> {
  const { qualities, folds } = rows;
  const names = [...new Set(folds)];
  if (names.length < 3) throw new RangeError('rows of at least three different questions are needed');
  const answers = rows.answers.map((answer) => vectorOf(answer, options.hashBits));
  const all: Columns = { ...rows, vectors: answers };
  const parts = names.length + 1;
  const { inputs, chances } = yield* partOf(knownSteps(all, options), 0, parts);
  const trust = new Float64Array(folds.length);
  for (const [done, fold] of names.entries()) {
    const others = columnsAt(all, (row) => folds[row] !== fold);
    const known = yield* partOf(knownSteps(others, options), done + 1, parts);
    const judge = trustBy(fitted(known.inputs, others.qualities));
    for (const [row, input] of inputs.entries()) if (folds[row] === fold) trust[row] = judge(input);
  }
  const { scaler, heads } = trainWeights(answers, { answer: qualities.cheap }, options);
  const head = heads['answer'] as (typeof heads)[string]; // it was the only one to learn
  const verifier: VerifierWeights = {
    cheap,
    strong,
    answer: { scaler, head },
    inputs: [...VERIFIER_INPUTS],
    ...fitted(inputs, qualities),
  };
  return { verifier, trust, chances };
}

interface Columns extends AnsweredRows {
  /** Those of the answers. */
  readonly vectors: readonly PromptVector[];
}

interface Known {
  readonly inputs: readonly (readonly number[])[];
  readonly chances: VerifierTargets;
}

/** What is known of each answer, by heads that were trained without the fold of the row. */
function* knownSteps(
  { prompts, answers, vectors, qualities, folds }: Columns,
  options: Options,
): Generator<number, Known, void> {
  const cheap = yield* partOf(columnSteps(prompts, qualities.cheap, folds, options), 0, 3);
  const strong = yield* partOf(columnSteps(prompts, qualities.strong, folds, options), 1, 3);
  const byWords = yield* partOf(columnSteps(vectors, qualities.cheap, folds, options), 2, 3);
  const inputs = answers.map((answer, row) =>
    verifierInputs({ cheap: cheap[row] as number, strong: strong[row] as number }, byWords[row] as number, answer),
  );
  return { inputs, chances: { cheap, strong } };
}

function* columnSteps(
  vectors: readonly PromptVector[],
  quality: Float64Array,
  folds: Int32Array,
  options: Options,
): Generator<number, Float64Array, void> {
  const { good } = yield* crossFitSteps(vectors, { good: quality }, folds, options);
  return good as Float64Array; // it was the only one to predict
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

function fitted(
  inputs: readonly (readonly number[])[],
  { cheap, strong }: VerifierTargets,
): Pick<VerifierWeights, 'range' | 'chances'> {
  const bound = (of: (one: number, other: number) => number): readonly number[] =>
    VERIFIER_INPUTS.map((_, column) =>
      inputs.reduce((found, input) => of(found, input[column] as number), inputs[0]?.[column] as number),
    );
  return {
    range: { low: bound(Math.min), high: bound(Math.max) },
    chances: { cheap: fitLogistic(inputs, cheap), strong: fitLogistic(inputs, strong) },
  };
}

function columnsAt(columns: Columns, isTaken: (row: number) => boolean): Columns {
  const rows = Array.from(columns.answers.keys()).filter(isTaken);
  const at = <Value>(column: ArrayLike<Value>): Value[] => rows.map((row) => column[row] as Value);
  const { cheap, strong } = columns.qualities;
  return {
    prompts: at(columns.prompts),
    answers: at(columns.answers),
    vectors: at(columns.vectors),
    qualities: { cheap: Float64Array.from(at(cheap)), strong: Float64Array.from(at(strong)) },
    folds: Int32Array.from(at(columns.folds)),
  };
}
