import { type TrainedVerifier, trainVerifierSteps } from 'tta-evaluation';
import { UsageError } from '../usage-error.ts';
import { type Reading, seenOf } from './answers.ts';
import { type LearningRows, qualitiesOf } from './learn.ts';
import type { Pair } from './pair.ts';
import type { Progress } from './progress.ts';

/**
 * Learns to judge the answers of the cheap model. Others get a turn after each fold.
 *
 * @throws UsageError if the rows ask too few questions
 */
export async function learnVerifier(
  { rows, vectors, folds, hashBits }: LearningRows,
  pair: Pair,
  reading: Reading,
  seed: number,
  { at, pause }: Progress,
): Promise<TrainedVerifier> {
  if (new Set(folds).size < 3) {
    throw new UsageError(`the answers of ${pair.cheap} cover too few questions to train a verifier; add more rows`);
  }
  const qualities = { cheap: qualitiesOf(rows, pair.cheap), strong: qualitiesOf(rows, pair.strong) };
  const answered = {
    prompts: vectors,
    answers: seenOf(rows, pair.cheap, pair, reading),
    second: pair.second === undefined ? undefined : seenOf(rows, pair.second, pair, reading),
    qualities,
    folds,
  };
  const steps = trainVerifierSteps(answered, pair, { hashBits, seed });
  const what = `judging answers of ${pair.cheap}, fold by fold`;
  at(0, what);
  await pause();
  let step = steps.next();
  while (step.done !== true) {
    at(step.value, what);
    await pause();
    step = steps.next();
  }
  return step.value;
}
