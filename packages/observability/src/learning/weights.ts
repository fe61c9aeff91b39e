import { FEATURE_NAMES } from './features.ts';
import { isPackedQuestions } from './question-set.ts';
import { type PackedSlots, packedLength } from './slot-weights.ts';

/** What `tta router train` learned from graded answers. It is JSON, and holds no word of any prompt: words became slots. */
export interface RoutingWeights {
  readonly version: 1;
  /** Words and pairs of words are hashed into `2 ** hashBits` slots. */
  readonly hashBits: number;
  /** The names of the features, in the order in which every list of them is. */
  readonly features: readonly string[];
  /** Turns a feature into a standard score, which is then clipped to ±4. */
  readonly scaler: { readonly mean: readonly number[]; readonly deviation: readonly number[] };
  /** One per model. */
  readonly heads: Readonly<Record<string, RoutingHead>>;
  /** What they were learned from; absent where that was not recorded. */
  readonly training?: TrainingRecord | undefined;
  /** Absent until `tta router calibrate` has chosen a threshold. */
  readonly calibration?: RoutingCalibration | undefined;
}

/** What weights were learned from. */
export interface TrainingRecord {
  readonly rows: number;
  readonly seed: number;
  /** The hashes of the questions ({@link packQuestions}), so that nothing is measured on what was learned. */
  readonly questions: string;
  /** Per model, how P(good) was distributed over rows that had not been learned from. */
  readonly chances: Readonly<Record<string, ScoreHistogram>>;
}

/** A logistic regression: the chance that one model's answer to a prompt is good. */
export interface RoutingHead extends PackedSlots {
  readonly bias: number;
  /** One weight per feature. */
  readonly features: readonly number[];
}

/** Between which two models to choose by their scores, and where. */
export interface RoutingCalibration {
  readonly cheap: string;
  readonly strong: string;
  /** The share of the strong model's quality that is to be kept, such as 0.98. */
  readonly target: number;
  /** How many standard errors the lower confidence bound lies below the mean. */
  readonly z: number;
  /** `always_strong` where no threshold is sure enough to keep the target, `always_cheap` where none is needed. */
  readonly choice: 'by_score' | 'always_strong' | 'always_cheap';
  /** The strong model is needed where P(strong good) - P(cheap good) is above it; null unless the choice is by score. */
  readonly threshold: number | null;
  /** How many graded rows the threshold was chosen on. */
  readonly rows: number;
  /** The hashes of their questions ({@link packQuestions}). */
  readonly questions?: string | undefined;
  /** What to expect of scores, so that a drift can be seen: ten bins of equal share. */
  readonly scores?: ScoreHistogram | undefined;
}

/** How scores were distributed: `shares[i]` of them lay between `edges[i - 1]` and `edges[i]`; the outer bins are open. */
export interface ScoreHistogram {
  readonly edges: readonly number[];
  readonly shares: readonly number[];
}

const MAX_HASH_BITS = 20;

/**
 * Reads weights: a text of JSON, or what it holds.
 *
 * @throws TypeError with one sentence if it is anything else, or from another version
 */
export function parseWeights(json: unknown): RoutingWeights {
  const value = typeof json === 'string' ? parsed(json) : json;
  if (!isRecord(value)) throw refused('they must be a JSON object');
  const { version, hashBits, features, scaler, heads, training, calibration } = value;
  if (version !== 1) throw refused(`version must be 1, not ${shown(version)}`);
  if (!(Number.isInteger(hashBits) && (hashBits as number) >= 8 && (hashBits as number) <= MAX_HASH_BITS)) {
    throw refused(`hashBits must be a whole number from 8 to ${MAX_HASH_BITS}, not ${shown(hashBits)}`);
  }
  if (!(Array.isArray(features) && sameNames(features))) {
    throw refused(`features must name the ${FEATURE_NAMES.length} features of this version, in their order`);
  }
  if (!(isRecord(scaler) && isNumbers(scaler['mean']) && isNumbers(scaler['deviation']))) {
    throw refused(`scaler must hold ${FEATURE_NAMES.length} numbers each in mean and deviation`);
  }
  if (!scaler['deviation'].every((deviation) => deviation > 0)) throw refused('scaler.deviation must be above 0');
  if (!(isRecord(heads) && Object.keys(heads).length > 0)) throw refused('heads must hold at least one model');
  for (const [model, head] of Object.entries(heads)) checkHead(model, head, 2 ** (hashBits as number));
  if (training !== undefined) checkTraining(training);
  if (calibration !== undefined) checkCalibration(calibration, heads);
  return value as unknown as RoutingWeights; // every member has been checked above
}

function checkHead(model: string, head: unknown, slotCount: number): void {
  const name = `heads[${JSON.stringify(model)}]`;
  if (!isRecord(head)) throw refused(`${name} must be an object`);
  const { bias, features, scale, slots } = head;
  if (!Number.isFinite(bias)) throw refused(`${name}.bias must be a number`);
  if (!isNumbers(features)) throw refused(`${name}.features must be ${FEATURE_NAMES.length} numbers`);
  if (!(typeof scale === 'number' && scale >= 0 && scale < Infinity)) throw refused(`${name}.scale must be 0 or more`);
  if (typeof slots !== 'string' || packedLength(slots) !== slotCount || !/^[A-Za-z0-9+/]*={0,2}$/.test(slots)) {
    throw refused(`${name}.slots must be base64 of ${slotCount} bytes`);
  }
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
  const { cheap, strong, target, z, choice, threshold, rows, questions, scores } = calibration;
  for (const model of [cheap, strong]) {
    if (!(typeof model === 'string' && Object.hasOwn(heads, model))) {
      throw refused(`calibration.cheap and calibration.strong must name heads, not ${shown(model)}`);
    }
  }
  if (!(typeof target === 'number' && target > 0 && target <= 1)) throw refused('calibration.target must be in (0, 1]');
  if (!(typeof z === 'number' && z >= 0 && z < Infinity)) throw refused('calibration.z must be 0 or more');
  if (!(Number.isInteger(rows) && (rows as number) >= 0)) throw refused('calibration.rows must be a whole number');
  const isByScore = choice === 'by_score';
  if (!isByScore && choice !== 'always_strong' && choice !== 'always_cheap') {
    throw refused(`calibration.choice must be by_score, always_strong or always_cheap, not ${shown(choice)}`);
  }
  if (isByScore ? !Number.isFinite(threshold) : threshold !== null) {
    throw refused(`calibration.threshold must be ${isByScore ? 'a number' : 'null'} where the choice is ${choice}`);
  }
  if (questions !== undefined && !isPackedQuestions(questions)) {
    throw refused('calibration.questions must be base64 of four bytes for each');
  }
  if (scores !== undefined && !isHistogram(scores)) {
    throw refused('calibration.scores must hold rising edges and one share more than edges');
  }
}

function isHistogram(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { edges, shares } = value;
  return (
    isFiniteNumbers(edges) &&
    isFiniteNumbers(shares) &&
    shares.length === edges.length + 1 &&
    edges.every((edge, index) => index === 0 || edge >= (edges[index - 1] as number))
  );
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw refused('they are not JSON');
  }
}

function sameNames(names: readonly unknown[]): boolean {
  return names.length === FEATURE_NAMES.length && FEATURE_NAMES.every((name, index) => names[index] === name);
}

function isNumbers(value: unknown): value is readonly number[] {
  return isFiniteNumbers(value) && value.length === FEATURE_NAMES.length;
}

function isFiniteNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((member) => Number.isFinite(member));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : String(value);
}

function refused(problem: string): TypeError {
  return new TypeError(`these routing weights cannot be used: ${problem}`);
}
