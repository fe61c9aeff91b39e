import type { GradedRow } from 'tta-observability-integration/learning';
import type { GradedCalls } from './choices.ts';

/** What a model costs: by tokens, in US dollars per million, or the same for every call, in any unit. */
export type CallPrice =
  | { readonly inputPerMillionUsd: number; readonly outputPerMillionUsd: number }
  | { readonly perCall: number };

/**
 * What a model's answers were worth and what they cost, row by row. A cost that was logged is taken as it is; else it follows from
 * tokens and price. What is not known is `NaN`.
 */
export function callsOf(rows: readonly GradedRow[], model: string, price: CallPrice | undefined): GradedCalls {
  return {
    quality: Float64Array.from(rows, ({ answers }) => answers[model]?.quality ?? Number.NaN),
    cost: Float64Array.from(rows, (row) => costOf(row, model, price)),
  };
}

function costOf({ answers, inputTokens }: GradedRow, model: string, price: CallPrice | undefined): number {
  const answer = answers[model];
  if (answer?.costUsd !== undefined) return answer.costUsd;
  if (price === undefined || answer === undefined) return Number.NaN;
  if ('perCall' in price) return price.perCall;
  if (inputTokens === undefined || answer.outputTokens === undefined) return Number.NaN;
  return (inputTokens * price.inputPerMillionUsd + answer.outputTokens * price.outputPerMillionUsd) / 1e6;
}
