import { type LogisticWeights, logistic } from 'tta-observability-integration/learning';

const STEPS = 12;
/** Keeps weights small, in units of one row each. */
const RIDGE = 1;

/**
 * Fits a ridge logistic regression on a few inputs by Newton's method: exact, and the same every time. Inputs are standardised.
 *
 * @param targets - from 0 to 1
 */
export function fitLogistic(rows: readonly (readonly number[])[], targets: Float64Array): LogisticWeights {
  const width = rows[0]?.length ?? 0;
  const mean = Array.from({ length: width }, (_, column) => meanOf(rows, (row) => row[column] as number));
  const deviation = mean.map((centre, column) => {
    const variance = meanOf(rows, (row) => ((row[column] as number) - centre) ** 2);
    return variance > 1e-12 ? Math.sqrt(variance) : 1;
  });
  const standard = (row: readonly number[]): Float64Array =>
    Float64Array.of(
      1,
      ...row.map((value, column) => (value - (mean[column] as number)) / (deviation[column] as number)),
    );
  const inputs = rows.map(standard);
  const weights = new Float64Array(width + 1);
  for (let step = 0; step < STEPS; step += 1) {
    const gradient = weights.map((weight, column) => (column === 0 ? 0 : -RIDGE * weight));
    const curvature = Array.from(weights, (_, column) => new Float64Array(width + 1).fill(RIDGE, column, column + 1));
    for (const [index, input] of inputs.entries()) {
      const chance = logistic(dot(weights, input));
      const error = (targets[index] as number) - chance;
      const slope = Math.max(1e-6, chance * (1 - chance));
      for (let column = 0; column <= width; column += 1) {
        gradient[column] = (gradient[column] as number) + error * (input[column] as number);
        const row = curvature[column] as Float64Array;
        for (let other = 0; other <= width; other += 1) {
          row[other] = (row[other] as number) + slope * (input[column] as number) * (input[other] as number);
        }
      }
    }
    const change = solve(curvature, gradient);
    for (const [column, delta] of change.entries()) weights[column] = (weights[column] as number) + delta;
  }
  const [bias = 0, ...rest] = weights;
  return { bias, weights: rest, mean, deviation };
}

/** Solves a symmetric positive definite system by elimination, in place. */
function solve(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const size = right.length;
  for (let pivot = 0; pivot < size; pivot += 1) {
    const row = matrix[pivot] as Float64Array;
    for (let below = pivot + 1; below < size; below += 1) {
      const other = matrix[below] as Float64Array;
      const factor = (other[pivot] as number) / (row[pivot] as number);
      for (let column = pivot; column < size; column += 1) {
        other[column] = (other[column] as number) - factor * (row[column] as number);
      }
      right[below] = (right[below] as number) - factor * (right[pivot] as number);
    }
  }
  for (let pivot = size - 1; pivot >= 0; pivot -= 1) {
    const row = matrix[pivot] as Float64Array;
    let value = right[pivot] as number;
    for (let column = pivot + 1; column < size; column += 1)
      value -= (row[column] as number) * (right[column] as number);
    right[pivot] = value / (row[pivot] as number);
  }
  return right;
}

function dot(one: Float64Array, other: Float64Array): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] as number), 0);
}

function meanOf(rows: readonly (readonly number[])[], of: (row: readonly number[]) => number): number {
  return rows.reduce((sum, row) => sum + of(row), 0) / Math.max(1, rows.length);
}
