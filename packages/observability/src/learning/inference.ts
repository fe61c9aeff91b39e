import { unpackSlots } from './slot-weights.ts';
import { BIN_VALUE, binSlots, standardScores } from './standardise.ts';
import { type PromptVector, vectorOf } from './text/vector.ts';
import type { RoutingCalibration, RoutingWeights } from './weights.ts';
import type { ScoreCalibration } from './weights-parts.ts';

/** Says of each model how likely its answer is good. */
export interface Predictor {
  readonly models: readonly string[];
  /** P(good), from 0 to 1, per model. Any text will do, however long. */
  predict(prompt: string): Readonly<Record<string, number>>;
  /** The same for a prompt that is known by its hashes and features only. */
  predictVector(vector: PromptVector): Readonly<Record<string, number>>;
}

/**
 * Makes a predictor of weights. It is pure: the same prompt has the same chances, always, and nothing of it is kept.
 *
 * @example
 * ```ts
 * const { predict } = predictor(parseWeights(await readFile('weights.json', 'utf8')));
 * predict('What is 12 * 17?'); // { 'gpt-4o-mini': 0.93, 'gpt-4o': 0.96 }
 * ```
 */
export function predictor({ hashBits, scaler, heads }: RoutingWeights): Predictor {
  const models = Object.keys(heads);
  const unpacked = Object.values(heads).map((head) => ({ ...head, slots: unpackSlots(head) }));
  const predictVector = ({ slots, values, features }: PromptVector): Readonly<Record<string, number>> => {
    const scores = standardScores(features, scaler);
    const bins = binSlots(scores, hashBits);
    const chances = unpacked.map((head) => {
      let sum = head.bias;
      for (let index = 0; index < scores.length; index += 1) {
        sum += (scores[index] as number) * (head.features[index] as number);
      }
      for (let index = 0; index < slots.length; index += 1) {
        sum += (values[index] as number) * (head.slots[slots[index] as number] as number);
      }
      for (let index = 0; index < bins.length; index += 1) {
        sum += BIN_VALUE * (head.slots[bins[index] as number] as number);
      }
      return 1 / (1 + Math.exp(-sum));
    });
    return Object.fromEntries(models.map((model, index) => [model, chances[index] as number]));
  };
  return { models, predict: (prompt) => predictVector(vectorOf(prompt, hashBits)), predictVector };
}

/** How much better the strong model's answer is likely to be: P(strong good) - P(cheap good). High means: it is needed. */
export function gainOf(chances: Readonly<Record<string, number>>, cheap: string, strong: string): number {
  return (chances[strong] ?? 0) - (chances[cheap] ?? 0);
}

/** The model that calibrated weights choose for a prompt with these chances. */
export function chosenModel(
  { cheap, strong, choice, threshold }: RoutingCalibration,
  chances: Readonly<Record<string, number>>,
): string {
  if (choice === 'always_strong') return strong;
  if (choice === 'always_cheap' || threshold === null) return cheap;
  return gainOf(chances, cheap, strong) > threshold ? strong : cheap;
}

/** Why a calibration is not followed unless the caller asks for it, in one sentence. */
export function unprovenProblem({ target, rows }: ScoreCalibration): string {
  return (
    `the ${rows} rows that the weights were calibrated on do not show that ${(100 * target).toFixed(1)} % of the quality is kept; ` +
    'calibrate on more graded rows, or set allowUnproven'
  );
}
