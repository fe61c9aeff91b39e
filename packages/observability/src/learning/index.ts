export { answersAgree, normalAnswer } from './answers.ts';
export { complexityOf } from './complexity.ts';
export { FEATURE_NAMES, featuresOf } from './features.ts';
export { chosenModel, gainOf, type Predictor, predictor } from './inference.ts';
export { type PromptVector, vectorOf } from './text/vector.ts';
export {
  parseWeights,
  type RoutingCalibration,
  type RoutingHead,
  type RoutingWeights,
  type ScoreHistogram,
} from './weights.ts';
