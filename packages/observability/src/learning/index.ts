export { answersAgree, normalAnswer } from './answers.ts';
export { type ArithmeticCheck, checkArithmetic } from './arithmetic.ts';
export { COMPLEXITY_WEIGHTS, type ComplexityWeights, complexityIn, complexityOf } from './complexity.ts';
export { areaUnderCurve } from './evaluation/auc.ts';
export { type Interval, percentileInterval, resample } from './evaluation/bootstrap.ts';
export { type CalibrationOptions, calibrate, sentBy, type Threshold, USUAL_Z } from './evaluation/calibrate.ts';
export { type CallPrice, callsOf } from './evaluation/calls.ts';
export {
  type CascadeFigures,
  type CascadeRows,
  cascadeChoices,
  cascadeFigures,
  isWorthwhile,
} from './evaluation/cascade.ts';
export { type Choices, choicesBetween, type GradedCalls } from './evaluation/choices.ts';
export { type CostMatchedControl, costMatchedControl } from './evaluation/control.ts';
export { type CurveMetrics, curveMetrics } from './evaluation/curve.ts';
export { type DominatedModel, dominatedModels } from './evaluation/dominated.ts';
export { histogramOf, populationStability } from './evaluation/drift.ts';
export {
  type CalibratedFigures,
  type EvaluationOptions,
  evaluateRouters,
  type RouterFigures,
  type ScoredRouter,
} from './evaluation/evaluate.ts';
export { type Outcome, outcomeOf, randomMixSaved } from './evaluation/outcome.ts';
export { type Ranking, rankingOf } from './evaluation/ranking.ts';
export { type Settled, settle } from './evaluation/settle.ts';
export { FEATURE_NAMES, featuresOf } from './features.ts';
export { chosenModel, gainOf, type Predictor, predictor } from './inference.ts';
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
export { type PromptVector, vectorOf } from './text/vector.ts';
export { crossFit, crossFitSteps } from './training/cross-fit.ts';
export { foldsOf } from './training/folds.ts';
export { type Qualities, type TrainingOptions, trainWeights } from './training/train.ts';
export { type AnsweredRows, type TrainedVerifier, trainVerifierSteps } from './training/train-verifier.ts';
export { fitVerifier, type VerifiedRow, type Verifier, type VerifierTargets } from './training/verifier.ts';
export { type LearnedVerifier, verifierOf } from './verifier.ts';
export type { VerifierCalibration, VerifierWeights } from './verifier-weights.ts';
export {
  type FeatureScaler,
  parseWeights,
  type RoutingCalibration,
  type RoutingHead,
  type RoutingWeights,
  type ScoreCalibration,
  type ScoreHistogram,
  type TrainingRecord,
} from './weights.ts';
