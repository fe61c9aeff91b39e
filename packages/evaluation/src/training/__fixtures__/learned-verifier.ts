import { gradedRow, questionOf, type RoutingWeights, vectorOf } from 'tta-observability-integration/learning';
import { foldsOf } from '../folds.ts';
import { trainWeights } from '../train.ts';
import { trainVerifierSteps } from '../train-verifier.ts';
import type { answeredRows, comparedRows } from './graded.ts';

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
  const answered = { prompts: vectors, answers: rows.map(({ answer: text }) => ({ text })), qualities, folds };
  const steps = trainVerifierSteps(answered, PAIR, { hashBits: HASH_BITS, seed });
  const shares: number[] = [];
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) shares.push(step.value);
  const models = { small: qualities.cheap, large: qualities.strong };
  const learned = trainWeights(vectors, models, { hashBits: HASH_BITS, seed });
  const weights: RoutingWeights = { ...learned, verifier: step.value.verifier };
  return { ...step.value, weights, shares };
}

const TRIPLE = { cheap: 'small', second: 'other', strong: 'large' };

/** Weights with a verifier that compares with a second model, what it was trained on, and what it is worth there. */
export function learnedFromCompared(rows: ReturnType<typeof comparedRows>) {
  const { vectors: prompts, qualities, folds } = columnsOf(rows);
  const answered = {
    prompts,
    answers: rows.map(({ first: answer }) => ({ answer, outputTokens: 40 })),
    second: rows.map(({ second: answer }) => ({ answer, outputTokens: 50 })),
    qualities,
    folds,
  };
  const steps = trainVerifierSteps(answered, TRIPLE, { hashBits: HASH_BITS });
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  const heads = trainWeights(prompts, { small: qualities.cheap, large: qualities.strong }, { hashBits: HASH_BITS });
  const weights: RoutingWeights = { ...heads, verifier: step.value.verifier };
  return { ...step.value, answered, weights };
}
