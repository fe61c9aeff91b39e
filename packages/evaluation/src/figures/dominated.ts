import type { GradedCalls } from './choices.ts';

/** A model that another one makes needless: the other is at least as good with confidence, and not more expensive. */
export interface DominatedModel {
  readonly model: string;
  readonly by: string;
  /** Mean quality of `by` less that of `model`, in percentage points, with its 95 % interval. */
  readonly better: number;
  readonly betterLow: number;
  readonly betterHigh: number;
  /** What `by` costs as a share of what `model` costs, in percent. */
  readonly costShare: number;
}

/**
 * Finds models that are dominated: routing to them can only lose, and the best static choice beats any router between the two.
 *
 * The interval is the normal one of paired differences over the rows that both models answered.
 */
export function dominatedModels(calls: Readonly<Record<string, GradedCalls>>): readonly DominatedModel[] {
  const models = Object.entries(calls);
  return models.flatMap(([model, worse]) =>
    models.flatMap(([by, better]) => {
      if (model === by) return [];
      const found = dominance(worse, better);
      return found === undefined ? [] : [{ model, by, ...found }];
    }),
  );
}

function dominance(worse: GradedCalls, better: GradedCalls): Omit<DominatedModel, 'model' | 'by'> | undefined {
  let rows = 0;
  let sum = 0;
  let squares = 0;
  let worseCost = 0;
  let betterCost = 0;
  for (let row = 0; row < worse.quality.length; row += 1) {
    const difference = (better.quality[row] as number) - (worse.quality[row] as number);
    if (Number.isNaN(difference)) continue;
    rows += 1;
    sum += difference;
    squares += difference * difference;
    worseCost += worse.cost[row] as number;
    betterCost += better.cost[row] as number;
  }
  if (rows < 2) return undefined;
  const mean = sum / rows;
  const margin = 1.96 * Math.sqrt(Math.max(0, squares / rows - mean * mean) / rows);
  if (!(mean - margin >= 0 && mean > 0 && betterCost <= worseCost && worseCost > 0)) return undefined;
  return {
    better: 100 * mean,
    betterLow: 100 * (mean - margin),
    betterHigh: 100 * (mean + margin),
    costShare: (100 * betterCost) / worseCost,
  };
}
