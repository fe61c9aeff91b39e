import type { LogisticWeights } from './logistic-weights.ts';
import { VERIFIER_INPUTS } from './verifier-inputs.ts';
import { checkChoice, checkHead, checkScaler, isNumbers, isRecord, refused, shown } from './weights-checks.ts';
import type { FeatureScaler, RoutingHead, ScoreCalibration } from './weights-parts.ts';

/**
 * What was learned of a cheap model's answers. It stands in the {@link RoutingWeights} whose heads say what is to be expected before
 * the call, and like them holds no word of a prompt or an answer.
 */
export interface VerifierWeights {
  /** The model whose answers are judged. */
  readonly cheap: string;
  /** Another cheap model, whose answer is compared; absent if none is asked. */
  readonly second?: string | undefined;
  /** The model that is asked where such an answer will not do. */
  readonly strong: string;
  /**
   * P(good) of an answer by its words and its form, which are hashed and measured as those of a prompt are. Absent if it was learned
   * from rows without texts.
   */
  readonly answer?: { readonly scaler: FeatureScaler; readonly head: RoutingHead } | undefined;
  /** The names of what the two regressions see, in the order in which their numbers are: some of {@link VERIFIER_INPUTS}. */
  readonly inputs: readonly string[];
  /** Between which bounds each of them was in training: what lies beyond a bound counts as the bound. */
  readonly range: { readonly low: readonly number[]; readonly high: readonly number[] };
  /** P(good) of each model once the cheap answer is there. */
  readonly chances: { readonly cheap: LogisticWeights; readonly strong: LogisticWeights };
  /** Absent until `tta router calibrate --verifier` has chosen a threshold. */
  readonly calibration?: VerifierCalibration | undefined;
}

/** How much trust an answer needs to be accepted: one with less than the threshold is not. */
export type VerifierCalibration = ScoreCalibration;

/** @throws TypeError with one sentence if a verifier in weights is not what it should be */
export function checkVerifier(verifier: unknown, heads: Readonly<Record<string, unknown>>, slotCount: number): void {
  if (!isRecord(verifier)) throw refused('verifier must be an object');
  const { cheap, second, strong, answer, inputs, range, chances, calibration } = verifier;
  for (const model of [cheap, strong]) {
    if (!(typeof model === 'string' && Object.hasOwn(heads, model))) {
      throw refused(`verifier.cheap and verifier.strong must name heads, not ${shown(model)}`);
    }
  }
  if (cheap === strong) throw refused('verifier.cheap and verifier.strong must be two models');
  if (second !== undefined && (typeof second !== 'string' || second === cheap || second === strong)) {
    throw refused(`verifier.second must name a third model, not ${shown(second)}`);
  }
  if (!(Array.isArray(inputs) && isSomeInOrder(inputs))) {
    throw refused('verifier.inputs must name inputs of this version, in their order');
  }
  if (inputs.includes('agrees') !== (second !== undefined)) {
    throw refused('verifier.second must be there if, and only if, verifier.inputs has agrees');
  }
  if (inputs.includes('answerLogit') !== (answer !== undefined)) {
    throw refused('verifier.answer must be there if, and only if, verifier.inputs has answerLogit');
  }
  if (answer !== undefined) {
    if (!isRecord(answer)) throw refused('verifier.answer must be an object');
    checkScaler('verifier.answer.scaler', answer['scaler']);
    checkHead('verifier.answer.head', answer['head'], slotCount);
  }
  checkRange(range, inputs.length);
  if (!isRecord(chances)) throw refused('verifier.chances must be an object');
  for (const model of ['cheap', 'strong']) checkLogistic(`verifier.chances.${model}`, chances[model], inputs.length);
  if (calibration === undefined) return;
  if (!isRecord(calibration)) throw refused('verifier.calibration must be an object');
  checkChoice('verifier.calibration', calibration);
  const { threshold } = calibration;
  if (typeof threshold === 'number' && !(threshold >= 0 && threshold <= 1)) {
    throw refused(`verifier.calibration.threshold must be from 0 to 1, not ${threshold}`);
  }
}

function checkRange(range: unknown, count: number): void {
  if (!(isRecord(range) && isNumbers(range['low'], count) && isNumbers(range['high'], count))) {
    throw refused(`verifier.range must hold ${count} numbers each in low and high`);
  }
  const { high } = range;
  if (!range['low'].every((low, index) => low <= ((high as readonly number[])[index] as number))) {
    throw refused('verifier.range.low must not be above verifier.range.high');
  }
}

function checkLogistic(name: string, value: unknown, count: number): void {
  if (!(isRecord(value) && Number.isFinite(value['bias']))) throw refused(`${name}.bias must be a number`);
  for (const member of ['weights', 'mean', 'deviation']) {
    if (!isNumbers(value[member], count)) throw refused(`${name}.${member} must be ${count} numbers`);
  }
  if (!(value['deviation'] as readonly number[]).every((deviation) => deviation > 0)) {
    throw refused(`${name}.deviation must be above 0`);
  }
}

function isSomeInOrder(names: readonly unknown[]): boolean {
  const known = VERIFIER_INPUTS.filter((name) => names.includes(name));
  return names.length > 0 && names.length === known.length && known.every((name, index) => names[index] === name);
}
