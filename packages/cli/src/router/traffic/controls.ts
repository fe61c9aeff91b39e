import { type CostMatchedControl, costMatchedControl } from 'tta-evaluation';
import { callsIn } from '../pair.ts';
import type { CostOf } from '../prices.ts';
import { modelsIn } from './models.ts';
import { servedBy, type Traffic } from './traffic.ts';

/** Whether production's own decisions between a model and the baseline beat a coin that spends as much. */
export interface TrafficControl extends CostMatchedControl {
  readonly cheap: string;
  readonly n: number;
}

const LEAST_ROWS = 20;

/**
 * Compares decisions with their cost-matched shuffle, on comparisons in which both answers are graded and priced. A model is left out
 * where the caller always got the same of the two, because then nothing was decided.
 */
export function trafficControls(
  { comparisons }: Traffic,
  baseline: string,
  costOf: CostOf,
  seed: number,
): readonly TrafficControl[] {
  return modelsIn(comparisons).flatMap((cheap): TrafficControl[] => {
    if (cheap === baseline) return [];
    const rows = comparisons.filter(
      (row) =>
        [cheap, baseline].some((model) => model === servedBy(row)) &&
        [cheap, baseline].every(
          (model) => row.answers[model]?.quality !== undefined && !Number.isNaN(costOf(row, model)),
        ),
    );
    const sent = Uint8Array.from(rows, (row) => (servedBy(row) === baseline ? 1 : 0));
    if (rows.length < LEAST_ROWS || new Set(sent).size < 2) return [];
    const { choices } = callsIn(rows, { cheap, strong: baseline }, costOf);
    return [{ cheap, n: rows.length, ...costMatchedControl(choices, sent, seed) }];
  });
}
