export { answersAgree, normalAnswer } from './answers.ts';
export { type ArithmeticCheck, checkArithmetic } from './arithmetic.ts';
export { COMPLEXITY_WEIGHTS, type ComplexityWeights, complexityIn, complexityOf } from './complexity.ts';
export { FEATURE_NAMES, featuresOf } from './features.ts';
export { chosenModel, gainOf, type Predictor, predictor } from './inference.ts';
export { type Chance, chanceBy, type LogisticWeights, logistic, logit } from './logistic-weights.ts';
export { packQuestions, unpackQuestions } from './question-set.ts';
export {
  type GradedAnswer,
  type GradedRow,
  gradedRow,
  type HashedPrompt,
  hashPrompt,
  questionOf,
  USUAL_HASH_BITS,
  vectorOfRow,
} from './rows.ts';
export { type PackedSlots, packSlots } from './slot-weights.ts';
export { BIN_VALUE, binSlots, standardScores } from './standardise.ts';
export { type PromptVector, vectorOf } from './text/vector.ts';
export { type LearnedVerifier, trustBy, verifierOf } from './verifier.ts';
export {
  comparedOf,
  inputsSeen,
  type KnownAnswer,
  type SeenAnswer,
  VERIFIER_INPUTS,
  type VerifierInput,
  verifierInputs,
} from './verifier-inputs.ts';
export type { VerifierCalibration, VerifierWeights } from './verifier-weights.ts';
export { parseWeights, type RoutingCalibration, type RoutingWeights, type TrainingRecord } from './weights.ts';
export type { FeatureScaler, RoutingHead, ScoreCalibration, ScoreHistogram } from './weights-parts.ts';
