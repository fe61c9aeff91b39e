import { gradedRow, questionOf, type RoutingWeights, vectorOf } from 'tta-observability-integration/learning';
import { foldsOf } from '../folds.ts';
import { trainWeights } from '../train.ts';
import { trainVerifierSteps } from '../train-verifier.ts';
import type { answeredRows } from './graded.ts';

type Rows = ReturnType<typeof answeredRows>;

export const HASH_BITS = 10;
export const PAIR = { cheap: 'small', strong: 'large' };

export function columnsOf(rows: Rows) {
  const questions = rows.map(({ prompt }, id) => questionOf(gradedRow({ id, prompt, m: { small: {} } })));
  return {
    vectors: rows.map(({ prompt }) => vectorOf(prompt, HASH_BITS)),
    qualities: {
      cheap: Float64Array.from(rows, ({ cheap }) => cheap),
      strong: Float64Array.from(rows, ({ strong }) => strong),
    },
    folds: foldsOf(questions, 5),
  };
}

/** Weights with a verifier that was trained on rows, what it is worth on them, and which progress was told. */
export function learnedFrom(rows: Rows, seed = 1) {
  const { vectors, qualities, folds } = columnsOf(rows);
  const answered = { prompts: vectors, answers: rows.map(({ answer }) => answer), qualities, folds };
  const steps = trainVerifierSteps(answered, PAIR, { hashBits: HASH_BITS, seed });
  const shares: number[] = [];
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) shares.push(step.value);
  const models = { small: qualities.cheap, large: qualities.strong };
  const learned = trainWeights(vectors, models, { hashBits: HASH_BITS, seed });
  const weights: RoutingWeights = { ...learned, verifier: step.value.verifier };
  return { ...step.value, weights, shares };
}
