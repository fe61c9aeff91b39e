import {
  type GradedRow,
  gainOf,
  predictor,
  questionOf,
  type RoutingWeights,
  unpackQuestions,
  verifierOf,
} from 'tta-observability-integration/learning';
import { counted } from '../output/format.ts';
import { UsageError } from '../usage-error.ts';
import { readingOf, seenOf } from './answers.ts';
import { FOLDS, type LearningRows, learningRows, outOfFold, qualitiesOf } from './learn.ts';
import { learnVerifier } from './learn-verifier.ts';
import type { Pair } from './pair.ts';
import type { Progress } from './progress.ts';
import { suitable } from './weights-file.ts';

/** Scores of rows that come from weights which had not seen the row. */
export interface UnseenScores {
  /** P(strong good) - P(cheap good), row by row. */
  readonly gains: Float64Array;
  /** How far the cheap answers are to be trusted, where the verifier in the weights was asked. */
  readonly trust: Float64Array | undefined;
  readonly data: LearningRows;
  /** How that is known, in one sentence. */
  readonly note: string;
}

/** Whether the weights were trained on a row. Weights that do not say so may have been trained on any. */
export function trainedOn({ training }: RoutingWeights): (row: GradedRow) => boolean {
  if (training === undefined) return () => true;
  const isKnown = unpackQuestions(training.questions);
  return (row) => isKnown(questionOf(row));
}

/**
 * Scores rows without ever asking weights about a row that they were trained on: rows that are new to the weights by the weights
 * themselves, all others by weights that are trained, fold by fold, on the remaining ones.
 *
 * @throws UsageError if prompts were hashed too coarsely for the weights, or there are too few questions
 */
export async function unseenScores(
  rows: readonly GradedRow[],
  weights: RoutingWeights,
  pair: Pair,
  { seed, verifier = false }: { readonly seed: number; readonly verifier?: boolean | undefined },
  progress: Progress,
): Promise<UnseenScores> {
  const { cheap, strong } = pair;
  const data = suitable(() => learningRows(rows, weights.hashBits));
  const wasSeen = rows.map(trainedOn(weights));
  const { predictVector } = predictor(weights);
  const gains = Float64Array.from(data.vectors, (vector, row) =>
    wasSeen[row] === true ? Number.NaN : gainOf(predictVector(vector), cheap, strong),
  );
  const trust = verifier ? trustIn(data, weights, (row) => wasSeen[row] === true) : undefined;
  const seen = Array.from(gains.keys()).filter((row) => wasSeen[row] === true);
  if (seen.length > 0) {
    const part = partOf(data, seen);
    for (const model of [cheap, strong]) checkFolds(part, model);
    const judged = trust && (await learnVerifier(part, pair, readingOf(weights), seed, progress));
    const chances = judged?.chances ?? (await chancesOf(part, pair, seed, progress));
    for (const [place, row] of seen.entries()) {
      gains[row] = (chances.strong[place] as number) - (chances.cheap[place] as number);
      if (trust !== undefined) trust[row] = judged?.trust[place] as number;
    }
  }
  return { gains, trust, data, note: noteOf(rows.length - seen.length, seen.length, weights) };
}

/** What the verifier in the weights says of answers to rows that are new to it; `NaN` for the others. */
function trustIn(
  { rows, vectors }: LearningRows,
  weights: RoutingWeights,
  wasSeen: (row: number) => boolean,
): Float64Array {
  const verifier = verifierOf(weights);
  const [reading, { cheap, second }] = [readingOf(weights), verifier];
  const answers = seenOf(rows, cheap, verifier, reading);
  const others = second === undefined ? [] : seenOf(rows, second, verifier, reading);
  return Float64Array.from(vectors, (vector, row) =>
    wasSeen(row) ? Number.NaN : verifier.ofVector(vector, answers[row] ?? {}, others[row]),
  );
}

async function chancesOf(data: LearningRows, { cheap, strong }: Pair, seed: number, progress: Progress) {
  const chances = await outOfFold(data, [cheap, strong], seed, progress);
  return { cheap: chances[cheap] as Float64Array, strong: chances[strong] as Float64Array };
}

function partOf({ rows, vectors, questions, folds, hashBits }: LearningRows, places: readonly number[]): LearningRows {
  const at = <Value>(column: ArrayLike<Value>): Value[] => places.map((place) => column[place] as Value);
  return {
    rows: at(rows),
    vectors: at(vectors),
    questions: at(questions),
    folds: Int32Array.from(at(folds)),
    hashBits,
  };
}

function checkFolds({ rows, folds }: LearningRows, model: string): void {
  const qualities = qualitiesOf(rows, model);
  const found = new Set(folds.filter((_, row) => !Number.isNaN(qualities[row])));
  if (found.size >= 2) return;
  throw new UsageError(
    `the weights were trained on all of the few rows that have ${model} graded; add more rows, or rows that the weights have not seen`,
  );
}

function noteOf(unseen: number, seen: number, { training }: RoutingWeights): string {
  if (seen === 0) {
    return `None of the ${counted(unseen, 'row')} was trained on, by the hashes of questions in the weights; the weights scored all of them.`;
  }
  const reason =
    training === undefined
      ? 'The weights do not say what they were trained on, so each row'
      : `${counted(seen, 'row')} were trained on, by the hashes of questions in the weights; each of them`;
  const rest = unseen === 0 ? '' : ` The weights scored the other ${counted(unseen, 'row')}.`;
  return `${reason} was scored by weights that were trained on the other ${FOLDS - 1} of ${FOLDS} folds.${rest}`;
}
