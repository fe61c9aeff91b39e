import { type PromptVector, predictor } from 'tta-observability-integration/learning';
import { type Qualities, type TrainingOptions, trainWeights } from './train.ts';

/**
 * Predicts every row by weights that have not seen it: each fold by weights trained on all others. So one set of rows serves for
 * training and for calibration, and no label is kept back.
 *
 * @param folds - the fold of each row ({@link foldsOf})
 * @returns P(good) per model and row
 * @throws RangeError if all rows are in one fold
 */
export function crossFit(
  vectors: readonly PromptVector[],
  qualities: Qualities,
  folds: Int32Array,
  { onProgress, ...options }: TrainingOptions,
): Readonly<Record<string, Float64Array>> {
  const steps = crossFitSteps(vectors, qualities, folds, options);
  let step = steps.next();
  while (step.done !== true) {
    onProgress?.(step.value);
    step = steps.next();
  }
  return step.value;
}

/**
 * {@link crossFit} fold by fold, for processes that have other things to do meanwhile: it gives the share of the work that is done,
 * and in the end the chances.
 *
 * @throws RangeError if all rows are in one fold
 */
export function* crossFitSteps(
  vectors: readonly PromptVector[],
  qualities: Qualities,
  folds: Int32Array,
  options: Omit<TrainingOptions, 'onProgress'>,
): Generator<number, Readonly<Record<string, Float64Array>>, void> {
  const models = Object.keys(qualities);
  const chances = Object.fromEntries(models.map((model) => [model, new Float64Array(vectors.length)]));
  const names = [...new Set(folds)].sort((one, other) => one - other);
  if (names.length < 2) throw new RangeError('rows of at least two different questions are needed');
  for (const [index, fold] of names.entries()) {
    const others = Array.from(folds.keys()).filter((row) => folds[row] !== fold);
    const { predictVector } = predictor(
      trainWeights(
        others.map((row) => vectors[row] as PromptVector),
        Object.fromEntries(models.map((model) => [model, picked(qualities[model] as Float64Array, others)])),
        options,
      ),
    );
    for (const [row, vector] of vectors.entries()) {
      if (folds[row] !== fold) continue;
      const predicted = predictVector(vector);
      for (const model of models) (chances[model] as Float64Array)[row] = predicted[model] as number;
    }
    yield (index + 1) / names.length;
  }
  return chances;
}

/** The members at the given places, in their order. */
function picked(values: Float64Array, places: readonly number[]): Float64Array {
  return Float64Array.from(places, (place) => values[place] as number);
}
