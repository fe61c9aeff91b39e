import { type Choices, choicesBetween, type GradedCalls } from '../figures/choices.ts';
import { type CostMatchedControl, costMatchedControl } from '../figures/control.ts';
import { type DominatedModel, dominatedModels } from '../figures/dominated.ts';
import type { ComparisonRow } from './comparison.ts';
import type { DominatedSide } from './facts.ts';

/** One way to answer that the other makes needless. */
export interface DominatedRoute extends Omit<DominatedModel, 'model' | 'by'> {
  readonly model: DominatedSide;
  readonly by: DominatedSide;
}

/** A row with known quality and cost of both ways. */
interface PricedRow extends ComparisonRow {
  readonly baselineUsd: number;
  readonly cheap: { readonly quality: number; readonly costUsd: number };
}

/** The same comparisons always have the same interval. */
const SEED = 1;

/**
 * Whether the decisions do better than a random mix of both ways at the same spend. Undefined while not both ways were chosen, or the
 * cheap answer of what went to the baseline is not known.
 */
export function controlOf(rows: readonly ComparisonRow[], atLeast: number): CostMatchedControl | undefined {
  const priced = rows.filter(isPriced);
  const sent = Uint8Array.from(priced, ({ isFromBaseline }) => (isFromBaseline ? 1 : 0));
  if (priced.length < atLeast || !sent.includes(0) || !sent.includes(1)) return undefined;
  return costMatchedControl(choicesOf(priced), sent, SEED);
}

/** Which way is needless, if one is, among the requests that both ways have answered. */
export function dominatedRoute(rows: readonly ComparisonRow[], atLeast: number): DominatedRoute | undefined {
  const priced = rows.filter(isPriced);
  if (priced.length < atLeast) return undefined;
  const [found] = dominatedModels({ routed: cheapCalls(priced), baseline: strongCalls(priced) });
  return found as DominatedRoute | undefined; // the names are the two above
}

function choicesOf(rows: readonly PricedRow[]): Choices {
  return choicesBetween(cheapCalls(rows), strongCalls(rows));
}

function cheapCalls(rows: readonly PricedRow[]): GradedCalls {
  return {
    quality: Float64Array.from(rows, ({ cheap }) => cheap.quality),
    cost: Float64Array.from(rows, ({ cheap }) => cheap.costUsd),
  };
}

function strongCalls(rows: readonly PricedRow[]): GradedCalls {
  return {
    quality: Float64Array.from(rows, ({ baseline }) => baseline),
    cost: Float64Array.from(rows, ({ baselineUsd }) => baselineUsd),
  };
}

function isPriced(row: ComparisonRow): row is PricedRow {
  return row.baselineUsd !== null && row.cheap !== undefined && row.cheap.costUsd !== null;
}
