import { crossFitSteps, foldsOf, histogramOf, trainWeights } from 'tta-evaluation';
import {
  type GradedRow,
  packQuestions,
  questionOf,
  type RoutingWeights,
  vectorOfRow,
} from 'tta-observability-integration/learning';
import type { Progress } from './progress.ts';

/** Rows in the form in which they are learned from. */
export interface LearningRows {
  readonly rows: readonly GradedRow[];
  readonly vectors: readonly ReturnType<typeof vectorOfRow>[];
  readonly questions: readonly number[];
  /** Copies of a question are in one fold. */
  readonly folds: Int32Array;
  readonly hashBits: number;
}

export type Chances = Readonly<Record<string, Float64Array>>;

export const FOLDS = 5;

/** @throws RangeError if a row was hashed into fewer slots */
export function learningRows(rows: readonly GradedRow[], hashBits: number): LearningRows {
  const questions = rows.map(questionOf);
  const vectors = rows.map((row) => vectorOfRow(row, hashBits));
  return { rows, vectors, questions, folds: foldsOf(questions, FOLDS), hashBits };
}

/** What a model's answers were worth, row by row; `NaN` for an answer without a grade. */
export function qualitiesOf(rows: readonly GradedRow[], model: string): Float64Array {
  return Float64Array.from(rows, ({ answers }) => answers[model]?.quality ?? Number.NaN);
}

/** P(good) of each model on each row, from weights that had not seen the row. Others get a turn after each fold. */
export async function outOfFold(
  { rows, vectors, folds, hashBits }: LearningRows,
  models: readonly string[],
  seed: number,
  { at, pause }: Progress,
): Promise<Chances> {
  const chances: Record<string, Float64Array> = {};
  for (const [done, model] of models.entries()) {
    const steps = crossFitSteps(vectors, { [model]: qualitiesOf(rows, model) }, folds, { hashBits, seed });
    at(done / models.length, `learning ${model}, fold by fold`);
    await pause();
    let step = steps.next();
    while (step.done !== true) {
      at((done + step.value) / models.length, `learning ${model}, fold by fold`);
      await pause();
      step = steps.next();
    }
    chances[model] = step.value[model] as Float64Array;
  }
  return chances;
}

/** Learns all heads, one after the other: each is the same as if all were learned at once. */
export async function learn(
  { rows, vectors, hashBits }: LearningRows,
  models: readonly string[],
  seed: number,
  { at, pause }: Progress,
): Promise<RoutingWeights> {
  let weights: RoutingWeights | undefined;
  for (const [done, model] of models.entries()) {
    await pause();
    at(done / models.length, `learning ${model}`);
    const one = trainWeights(vectors, { [model]: qualitiesOf(rows, model) }, { hashBits, seed });
    weights = { ...one, heads: { ...weights?.heads, ...one.heads } };
  }
  if (weights === undefined) throw new RangeError('there are no models to learn');
  return weights;
}

/** What weights say of the rows that they were learned from. @param chances - of rows that had not been learned from */
export function trainingOf(
  { rows, questions }: LearningRows,
  chances: Chances,
  seed: number,
): RoutingWeights['training'] {
  const known = Object.entries(chances).map(([model, column]) => [model, histogramOf(column)] as const);
  return { rows: rows.length, seed, questions: packQuestions(questions), chances: Object.fromEntries(known) };
}
