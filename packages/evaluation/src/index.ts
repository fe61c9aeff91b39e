export { type ShareEstimate, wilson } from 'tta-dev-primitives/internal';
export type { CacheAdvice, LifeAdvice } from './cache-advisor/cache-advice.ts';
export { type CacheAdvisorOptions, CacheAdvisorPrimitive } from './cache-advisor/cache-advisor-primitive.ts';
export { areaUnderCurve } from './figures/auc.ts';
export { type Interval, percentileInterval, resample } from './figures/bootstrap.ts';
export {
  type CalibrationOptions,
  type CalibrationRefusal,
  calibrate,
  rowsToShowTarget,
  sentBy,
  type Threshold,
} from './figures/calibrate.ts';
export { type CallPrice, callsOf } from './figures/calls.ts';
export {
  admitCascade,
  type CascadeAdmission,
  type CascadeFigures,
  type CascadeRows,
  cascadeChoices,
  cascadeFigures,
  isWorthwhile,
} from './figures/cascade.ts';
export { type Choices, choicesBetween, type GradedCalls } from './figures/choices.ts';
export { type CostMatchedControl, costMatchedControl } from './figures/control.ts';
export { type CurveMetrics, curveMetrics } from './figures/curve.ts';
export { type DominatedModel, dominatedModels } from './figures/dominated.ts';
export { histogramOf, populationStability } from './figures/drift.ts';
export {
  type CalibratedFigures,
  calibratedFigures,
  evaluateRouters,
  type RouterFigures,
} from './figures/evaluate.ts';
export { type Outcome, outcomeOf, randomMixSaved } from './figures/outcome.ts';
export {
  assumedCheapCost,
  type Kept,
  largestCheapCost,
  type PromiseOptions,
  PromiseTest,
  USUAL_ALPHA,
} from './figures/promise.ts';
export { type Ranking, rankingOf } from './figures/ranking.ts';
export { leastRows, rowsWithoutLoss } from './figures/rows-needed.ts';
export type { EvaluationOptions, ScoredRouter } from './figures/scored-router.ts';
export { type Settled, settle } from './figures/settle.ts';
export { isCertified } from './figures/star-bets.ts';
export { unprovenThreshold } from './figures/unproven-threshold.ts';
export { type Random, seededRandom } from './random.ts';
export type { RoutingLogOutcome } from './routing-log/facts.ts';
export { type FileSinkOptions, fileSink } from './routing-log/file-sink.ts';
export type { GradeAnswer, RoutingLogOptions } from './routing-log/routing-log-options.ts';
export { RoutingLogPrimitive, type RoutingLogStats } from './routing-log/routing-log-primitive.ts';
export type { LoggedAnswer } from './routing-log/row.ts';
export type { RoutingLogLogger, RoutingLogSink } from './routing-log/sink.ts';
export type { DriftState } from './score-drift/facts.ts';
export {
  type ScoreDriftOptions,
  ScoreDriftPrimitive,
  type ScoreDriftStats,
} from './score-drift/score-drift-primitive.ts';
export type { SemanticVerdict } from './semantic-shadow/facts.ts';
export type { SemanticShadowOptions } from './semantic-shadow/semantic-shadow-options.ts';
export { SemanticShadowPrimitive } from './semantic-shadow/semantic-shadow-primitive.ts';
export type { SemanticShadowStats } from './semantic-shadow/shadow.ts';
export type { ThresholdStats } from './semantic-shadow/shadow-tally.ts';
export type { Comparison, GradedShadowAnswer } from './shadow/comparison.ts';
export type { DominatedRoute } from './shadow/control.ts';
export type { DominatedSide, ShadowOutcome } from './shadow/facts.ts';
export type { Agree, Grade, Grades } from './shadow/grading.ts';
export type { QualityRetained } from './shadow/retained.ts';
export type { ShadowOptions } from './shadow/shadow-options.ts';
export { ShadowPrimitive } from './shadow/shadow-primitive.ts';
export type { ShadowStats } from './shadow/shadow-statistics.ts';
export type { ShadowAnswer } from './shadow/whole-answer.ts';
export { crossFit, crossFitSteps } from './training/cross-fit.ts';
export { foldsOf } from './training/folds.ts';
export { type Qualities, type TrainingOptions, trainWeights } from './training/train.ts';
export {
  type AnsweredRows,
  type TrainedVerifier,
  trainVerifierSteps,
  type VerifierTargets,
} from './training/train-verifier.ts';
