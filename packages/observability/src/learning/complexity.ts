import { FEATURE_NAMES, featuresOf } from './features.ts';

/** How much each feature of a prompt adds to a score; a feature that is not named adds nothing. */
export type ComplexityWeights = Readonly<Partial<Record<(typeof FEATURE_NAMES)[number], number>>>;

/** Set by hand, and trained on nothing. */
export const COMPLEXITY_WEIGHTS: ComplexityWeights = {
  logCharacters: 0.25,
  logLatex: 0.5,
  logMaths: 0.35,
  logCodeMarks: 0.45,
  logProgrammingWords: 0.5,
  logStepWords: 0.25,
  logConstraintWords: 0.35,
  logProveWords: 0.6,
  logComputeWords: 0.3,
  logCompareWords: 0.3,
  logNumbers: 0.25,
  longWordShare: 2,
  logWhyHow: 0.3,
  logExplainWords: 0.25,
  logQuestionMarks: 0.2,
};

/**
 * Scores how demanding a prompt looks: a weighted sum of its features. Higher means that the strong model is rather needed; there
 * is no upper bound.
 *
 * The usual weights are an untrained prior, to begin with where no answers have been graded yet: on several workloads the score does
 * no better than chance at equal cost, and on open-ended chat it does worse.
 */
export function complexityOf(prompt: string, weights: ComplexityWeights = COMPLEXITY_WEIGHTS): number {
  return complexityIn(featuresOf(prompt), weights);
}

/** The same for a prompt that is known by its features only ({@link featuresOf}). */
export function complexityIn(features: Float64Array, weights: ComplexityWeights = COMPLEXITY_WEIGHTS): number {
  return FEATURE_NAMES.reduce((sum, name, index) => sum + (weights[name] ?? 0) * (features[index] ?? 0), 0);
}
