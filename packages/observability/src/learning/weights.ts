import { FEATURE_NAMES } from './features.ts';
import { isPackedQuestions } from './question-set.ts';
import { checkVerifier, type VerifierWeights } from './verifier-weights.ts';
import {
  checkChoice,
  checkHead,
  checkScaler,
  isHistogram,
  isRecord,
  parsedJson,
  refused,
  shown,
} from './weights-checks.ts';
import type { FeatureScaler, RoutingHead, ScoreCalibration, ScoreHistogram } from './weights-parts.ts';

/** What `tta router train` learned from graded answers. It is JSON, and holds no word of any prompt: words became slots. */
export interface RoutingWeights {
  readonly version: 1;
  /** Words and pairs of words are hashed into `2 ** hashBits` slots. */
  readonly hashBits: number;
  /** The names of the features, in the order in which every list of them is. */
  readonly features: readonly string[];
  /** Turns a feature into a standard score, which is then clipped to ±4. */
  readonly scaler: FeatureScaler;
  /** One per model. */
  readonly heads: Readonly<Record<string, RoutingHead>>;
  /** What they were learned from; absent where that was not recorded. */
  readonly training?: TrainingRecord | undefined;
  /** Absent until `tta router calibrate` has chosen a threshold. */
  readonly calibration?: RoutingCalibration | undefined;
  /** Judges an answer of one of the models; absent unless `tta router train --verifier` learned one. */
  readonly verifier?: VerifierWeights | undefined;
}

/** What weights were learned from. */
export interface TrainingRecord {
  readonly rows: number;
  readonly seed: number;
  /** The hashes of the questions ({@link packQuestions}), so nothing is measured on what was learned. */
  readonly questions: string;
  /** Per model, how P(good) was distributed over rows that had not been learned from. */
  readonly chances: Readonly<Record<string, ScoreHistogram>>;
}

/** Between which two models to choose: the strong one is needed where P(strong good) - P(cheap good) is above the threshold. */
export interface RoutingCalibration extends ScoreCalibration {
  readonly cheap: string;
  readonly strong: string;
}

const MAX_HASH_BITS = 20;

/**
 * Reads weights: a text of JSON, or what it holds.
 *
 * @throws TypeError with one sentence if it is anything else, or from another version
 */
export function parseWeights(json: unknown): RoutingWeights {
  const value = typeof json === 'string' ? parsedJson(json) : json;
  if (!isRecord(value)) throw refused('they must be a JSON object');
  const { version, hashBits, features, scaler, heads, training, calibration, verifier } = value;
  if (version !== 1) throw refused(`version must be 1, not ${shown(version)}`);
  if (!(Number.isInteger(hashBits) && (hashBits as number) >= 8 && (hashBits as number) <= MAX_HASH_BITS)) {
    throw refused(`hashBits must be a whole number from 8 to ${MAX_HASH_BITS}, not ${shown(hashBits)}`);
  }
  if (!(Array.isArray(features) && sameNames(features))) {
    throw refused(`features must name the ${FEATURE_NAMES.length} features of this version, in their order`);
  }
  checkScaler('scaler', scaler);
  if (!(isRecord(heads) && Object.keys(heads).length > 0)) throw refused('heads must hold at least one model');
  const slotCount = 2 ** (hashBits as number);
  for (const [model, head] of Object.entries(heads)) checkHead(`heads[${JSON.stringify(model)}]`, head, slotCount);
  if (training !== undefined) checkTraining(training);
  if (calibration !== undefined) checkCalibration(calibration, heads);
  if (verifier !== undefined) checkVerifier(verifier, heads, slotCount);
  return value as unknown as RoutingWeights; // every member has been checked above
}

function checkTraining(training: unknown): void {
  if (!isRecord(training)) throw refused('training must be an object');
  const { rows, seed, questions, chances } = training;
  for (const [name, value] of Object.entries({ rows, seed })) {
    if (!(Number.isInteger(value) && (value as number) >= 0)) throw refused(`training.${name} must be a whole number`);
  }
  if (!isPackedQuestions(questions)) throw refused('training.questions must be base64 of four bytes for each');
  if (!(isRecord(chances) && Object.values(chances).every(isHistogram))) {
    throw refused('training.chances must hold a histogram for each model');
  }
}

function checkCalibration(calibration: unknown, heads: Readonly<Record<string, unknown>>): void {
  if (!isRecord(calibration)) throw refused('calibration must be an object');
  for (const model of [calibration['cheap'], calibration['strong']]) {
    if (!(typeof model === 'string' && Object.hasOwn(heads, model))) {
      throw refused(`calibration.cheap and calibration.strong must name heads, not ${shown(model)}`);
    }
  }
  checkChoice('calibration', calibration);
}

function sameNames(names: readonly unknown[]): boolean {
  return names.length === FEATURE_NAMES.length && FEATURE_NAMES.every((name, index) => names[index] === name);
}
