import { FEATURE_NAMES } from './features.ts';
import { isPackedQuestions } from './question-set.ts';
import { packedLength } from './slot-weights.ts';

/** Parts of weights that occur more than once in them are checked here; `name` says where a part stands. */
type Members = Readonly<Record<string, unknown>>;

export function checkScaler(name: string, scaler: unknown): void {
  const count = FEATURE_NAMES.length;
  if (!(isRecord(scaler) && isNumbers(scaler['mean'], count) && isNumbers(scaler['deviation'], count))) {
    throw refused(`${name} must hold ${count} numbers each in mean and deviation`);
  }
  if (!scaler['deviation'].every((deviation) => deviation > 0)) throw refused(`${name}.deviation must be above 0`);
}

export function checkHead(name: string, head: unknown, slotCount: number): void {
  if (!isRecord(head)) throw refused(`${name} must be an object`);
  const { bias, features, scale, slots } = head;
  if (!Number.isFinite(bias)) throw refused(`${name}.bias must be a number`);
  if (!isNumbers(features, FEATURE_NAMES.length)) {
    throw refused(`${name}.features must be ${FEATURE_NAMES.length} numbers`);
  }
  if (!(typeof scale === 'number' && scale >= 0 && scale < Infinity)) throw refused(`${name}.scale must be 0 or more`);
  if (typeof slots !== 'string' || packedLength(slots) !== slotCount || !/^[A-Za-z0-9+/]*={0,2}$/.test(slots)) {
    throw refused(`${name}.slots must be base64 of ${slotCount} bytes`);
  }
}

/** What every calibration says, whatever it chooses between. */
export function checkChoice(name: string, calibration: Members): void {
  const { target, promise, alpha, choice, threshold, rows, questions, scores } = calibration;
  if (!(typeof target === 'number' && target > 0 && target <= 1)) throw refused(`${name}.target must be in (0, 1]`);
  if (promise !== undefined && promise !== 'shown' && promise !== 'not_shown') {
    throw refused(`${name}.promise must be shown or not_shown, not ${shown(promise)}`);
  }
  if (alpha !== undefined && !(typeof alpha === 'number' && alpha > 0 && alpha < 1)) {
    throw refused(`${name}.alpha must be above 0 and below 1`);
  }
  for (const bound of ['keptLow', 'savedLow']) {
    const value = calibration[bound];
    if (!(value === undefined || value === null || Number.isFinite(value))) {
      throw refused(`${name}.${bound} must be a number or null`);
    }
  }
  const { differing } = calibration;
  if (!(differing === undefined || (typeof differing === 'number' && differing >= 0 && differing <= 1))) {
    throw refused(`${name}.differing must be from 0 to 1`);
  }
  if (!(Number.isInteger(rows) && (rows as number) >= 0)) throw refused(`${name}.rows must be a whole number`);
  const isByScore = choice === 'by_score';
  if (!isByScore && choice !== 'always_strong' && choice !== 'always_cheap') {
    throw refused(`${name}.choice must be by_score, always_strong or always_cheap, not ${shown(choice)}`);
  }
  if (isByScore ? !Number.isFinite(threshold) : threshold !== null) {
    throw refused(`${name}.threshold must be ${isByScore ? 'a number' : 'null'} where the choice is ${choice}`);
  }
  if (questions !== undefined && !isPackedQuestions(questions)) {
    throw refused(`${name}.questions must be base64 of four bytes for each`);
  }
  if (scores !== undefined && !isHistogram(scores)) {
    throw refused(`${name}.scores must hold rising edges and one share more than edges`);
  }
}

export function isHistogram(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { edges, shares } = value;
  return (
    isFiniteNumbers(edges) &&
    isFiniteNumbers(shares) &&
    shares.length === edges.length + 1 &&
    edges.every((edge, index) => index === 0 || edge >= (edges[index - 1] as number))
  );
}

export function isNumbers(value: unknown, count: number): value is readonly number[] {
  return isFiniteNumbers(value) && value.length === count;
}

export function isRecord(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function parsedJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw refused('they are not JSON');
  }
}

/** A value in a sentence, cut short: it comes from a file that may hold anything. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : String(value);
}

export function refused(problem: string): TypeError {
  return new TypeError(`these routing weights cannot be used: ${problem}`);
}

function isFiniteNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((member) => Number.isFinite(member));
}
