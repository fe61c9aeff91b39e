/** What rows give and cost under two choices, row by row. Costs are in any one unit; `NaN` where they are not known. */
export interface Choices {
  /** Quality, from 0 to 1, of what the cheap choice answers. */
  readonly cheapQuality: Float64Array;
  readonly strongQuality: Float64Array;
  /** What a row costs that stays with the cheap choice. */
  readonly cheapCost: Float64Array;
  /** What a row costs that goes to the strong one; in a cascade with everything that was asked before. */
  readonly strongCost: Float64Array;
  /** What a row costs when nothing is routed, and the strong model is asked at once. */
  readonly baselineCost: Float64Array;
}

/** Choices between two models before any call: who is sent to the strong one costs what it costs anyway. */
export function choicesBetween(cheap: GradedCalls, strong: GradedCalls): Choices {
  return {
    cheapQuality: cheap.quality,
    strongQuality: strong.quality,
    cheapCost: cheap.cost,
    strongCost: strong.cost,
    baselineCost: strong.cost,
  };
}

/** What one model's answers were worth, and what they cost, row by row. */
export interface GradedCalls {
  readonly quality: Float64Array;
  readonly cost: Float64Array;
}

/** The sum of a column, each row taken as often as `counts` says; once without them. */
export function total(column: Float64Array, counts?: Uint16Array): number {
  let sum = 0;
  for (let row = 0; row < column.length; row += 1) {
    sum += (column[row] as number) * (counts === undefined ? 1 : (counts[row] as number));
  }
  return sum;
}
