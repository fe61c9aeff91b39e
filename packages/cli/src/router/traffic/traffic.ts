import type { GradedRow } from 'tta-observability-integration/learning';

/** What a log of production holds. */
export interface Traffic {
  /** Rows with one answer: requests that were answered by one model. */
  readonly requests: readonly GradedRow[];
  /** Rows with several answers to one request. */
  readonly comparisons: readonly GradedRow[];
}

export function trafficIn(rows: readonly GradedRow[]): Traffic {
  const isComparison = ({ answers }: GradedRow): boolean => Object.keys(answers).length > 1;
  return { requests: rows.filter((row) => !isComparison(row)), comparisons: rows.filter(isComparison) };
}

/**
 * The model whose answer the caller got: of the two answers that a shadow compares it is the first. A row with more answers does
 * not say which.
 */
export function servedBy({ answers }: GradedRow): string | undefined {
  const models = Object.keys(answers);
  return models.length <= 2 ? models[0] : undefined;
}
