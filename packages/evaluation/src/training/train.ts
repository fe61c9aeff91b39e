import {
  BIN_VALUE,
  binSlots,
  FEATURE_NAMES,
  type PromptVector,
  packSlots,
  type RoutingHead,
  type RoutingWeights,
  standardScores,
} from 'tta-observability-integration/learning';
import { seededRandom, shuffle } from '../random.ts';

/** How a prompt was answered by one model, for training: from 0 to 1, or `NaN` if unknown. */
export type Qualities = Readonly<Record<string, Float64Array>>;

export interface TrainingOptions {
  /** Words are hashed into `2 ** hashBits` slots, as they were in the vectors. */
  readonly hashBits: number;
  /** Decides the order in which rows are learned from. @defaultValue 1 */
  readonly seed?: number | undefined;
  /** Told after each pass over the rows, with how much of the work is done, from 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

const EPOCHS = 4;
const RATE = 0.05;
const SLOT_L2 = 1e-6;
/** Features move more slowly than words: there are few of them, and every prompt has every one. */
const FEATURE_RATE = 0.01;
const FEATURE_L2 = 1e-2;
const TINY = 1e-8;

/**
 * Learns one logistic regression per model: how likely its answer to a prompt is good. Adagrad, a fixed number of passes, the rows of
 * each in an order that the seed decides: the same rows and seed give the same weights.
 *
 * @param qualities - one array per model, as long as `vectors`; rows in which a model has `NaN` teach its head nothing
 * @throws RangeError if there are no rows, or a model has been graded on none
 * @see Duchi, Hazan, Singer: Adaptive Subgradient Methods for Online Learning (2011)
 */
export function trainWeights(
  vectors: readonly PromptVector[],
  qualities: Qualities,
  { hashBits, seed = 1, onProgress }: TrainingOptions,
): RoutingWeights {
  if (vectors.length === 0) throw new RangeError('there are no rows to learn from');
  const scaler = scalerOf(vectors);
  const rows = vectors.map(({ slots, values, features }): TrainingRow => {
    const scores = standardScores(features, scaler);
    const bins = binSlots(scores, hashBits);
    const allValues = new Float32Array(slots.length + bins.length).fill(BIN_VALUE);
    allValues.set(values);
    return { slots: Int32Array.from([...slots, ...bins]), values: allValues, scores };
  });
  const models = Object.entries(qualities);
  const heads = models.map(([model, quality], index): [string, RoutingHead] => {
    const head = new HeadInTraining(2 ** hashBits, quality, model);
    const order = Int32Array.from(rows.keys()).filter((row) => !Number.isNaN(quality[row]));
    const random = seededRandom(seed);
    for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
      shuffle(order, random);
      for (const row of order) head.learn(rows[row] as TrainingRow, quality[row] as number);
      onProgress?.((index + (epoch + 1) / EPOCHS) / models.length);
    }
    return [model, head.packed()];
  });
  return { version: 1, hashBits, features: [...FEATURE_NAMES], scaler, heads: Object.fromEntries(heads) };
}

interface TrainingRow {
  readonly slots: Int32Array;
  readonly values: Float32Array;
  readonly scores: Float64Array;
}

class HeadInTraining {
  readonly #slots: Float32Array;
  readonly #slotSquares: Float32Array;
  readonly #features = new Float64Array(FEATURE_NAMES.length);
  readonly #featureSquares = new Float64Array(FEATURE_NAMES.length).fill(TINY);
  #bias: number;
  #biasSquares = TINY;

  constructor(slotCount: number, quality: Float64Array, model: string) {
    const known = quality.filter((value) => !Number.isNaN(value));
    if (known.length === 0) throw new RangeError(`no answer of ${model} has been graded`);
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const chance = Math.min(0.99, Math.max(0.01, mean));
    this.#bias = Math.log(chance / (1 - chance));
    this.#slots = new Float32Array(slotCount);
    this.#slotSquares = new Float32Array(slotCount).fill(TINY);
  }

  learn({ slots, values, scores }: TrainingRow, quality: number): void {
    const weights = this.#slots;
    const squares = this.#slotSquares;
    let sum = this.#bias;
    for (let index = 0; index < slots.length; index += 1) {
      sum += (weights[slots[index] as number] as number) * (values[index] as number);
    }
    for (let index = 0; index < scores.length; index += 1) {
      sum += (this.#features[index] as number) * (scores[index] as number);
    }
    const error = 1 / (1 + Math.exp(-sum)) - quality;
    for (let index = 0; index < slots.length; index += 1) {
      const slot = slots[index] as number;
      const weight = weights[slot] as number;
      const gradient = error * (values[index] as number) + SLOT_L2 * weight;
      const square = (squares[slot] as number) + gradient * gradient;
      squares[slot] = square;
      weights[slot] = weight - (RATE * gradient) / Math.sqrt(square);
    }
    for (let index = 0; index < scores.length; index += 1) {
      const weight = this.#features[index] as number;
      const gradient = error * (scores[index] as number) + FEATURE_L2 * weight;
      const square = (this.#featureSquares[index] as number) + gradient * gradient;
      this.#featureSquares[index] = square;
      this.#features[index] = weight - (FEATURE_RATE * gradient) / Math.sqrt(square);
    }
    this.#biasSquares += error * error;
    this.#bias -= (RATE * error) / Math.sqrt(this.#biasSquares);
  }

  packed(): RoutingHead {
    return { bias: this.#bias, features: Array.from(this.#features, rounded), ...packSlots(this.#slots) };
  }
}

/** Mean and standard deviation of each feature; a feature that never varies gets 1, and so stays 0. */
function scalerOf(vectors: readonly PromptVector[]): RoutingWeights['scaler'] {
  const mean = FEATURE_NAMES.map((_, index) => average(vectors, ({ features }) => features[index] ?? 0));
  const deviation = mean.map((centre, index) => {
    const variance = average(vectors, ({ features }) => ((features[index] ?? 0) - centre) ** 2);
    return variance > 1e-12 ? Math.sqrt(variance) : 1;
  });
  return { mean, deviation };
}

function average(vectors: readonly PromptVector[], of: (vector: PromptVector) => number): number {
  return vectors.reduce((sum, vector) => sum + of(vector), 0) / vectors.length;
}

function rounded(weight: number): number {
  return Number(weight.toPrecision(6));
}
