/** A logistic regression on a few numbers: each is made a standard score first. */
export interface LogisticWeights {
  readonly bias: number;
  readonly weights: readonly number[];
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** A chance that is learned from a few numbers. */
export type Chance = (inputs: readonly number[]) => number;

export function chanceBy({ bias, weights, mean, deviation }: LogisticWeights): Chance {
  return (inputs) =>
    logistic(
      weights.reduce((sum, weight, index) => {
        const score = ((inputs[index] as number) - (mean[index] as number)) / (deviation[index] as number);
        return sum + weight * score;
      }, bias),
    );
}

export function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

/** The inverse of {@link logistic}, for chances that are not quite 0 or 1. */
export function logit(chance: number): number {
  const bounded = Math.min(0.999, Math.max(0.001, chance));
  return Math.log(bounded / (1 - bounded));
}
