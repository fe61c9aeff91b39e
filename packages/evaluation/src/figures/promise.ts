import { mixed, seededRandom, shuffle } from '../random.ts';
import type { Choices } from './choices.ts';
import { isCertified, largestShown } from './star-bets.ts';

/** The share of calibrations whose promise may fail, one-sided. Among those not refused, at most 5 % then miss the target. */
export const USUAL_ALPHA = 0.025;

/** Which of the rows stay with the cheap choice: those with a score up to a threshold. */
export interface Kept {
  readonly scores: Float64Array;
  readonly threshold: number;
}

/** A cost counts as spared up to so many mean costs, so that one long answer proves nothing. */
const SPARED_MEANS = 4;
/** How much more than the most expensive extra call seen a later one may cost. */
const DEARER = 2;

/**
 * What graded rows show about choices by a threshold. Rows are taken in an order that does not depend on grades: by a hash of their
 * question, one row for each question, or in a fixed order by chance.
 */
export class PromiseTest {
  readonly #choices: Choices;
  readonly #alpha: number;
  readonly #order: Int32Array;
  readonly #spareable: number;
  readonly #dearest: number;
  readonly #values: Float64Array;

  constructor(choices: Choices, alpha: number, questions?: ArrayLike<number>) {
    this.#choices = choices;
    this.#alpha = alpha;
    this.#order = fixedOrder(choices.cheapQuality.length, questions);
    const { cheapCost, strongCost, baselineCost } = choices;
    this.#spareable = (SPARED_MEANS * baselineCost.reduce((sum, cost) => sum + cost, 0)) / baselineCost.length;
    const extra = (cost: number, row: number): number => cost - (baselineCost[row] as number);
    const most = (costs: Float64Array): number => costs.reduce((max, cost) => Math.max(max, cost), 0);
    this.#dearest = DEARER * Math.max(most(cheapCost), most(strongCost.map(extra)));
    this.#values = new Float64Array(this.#order.length);
  }

  /** How many rows are counted: one for each question. */
  get rows(): number {
    return this.#order.length;
  }

  /** On how many of the rows the strong choice is right; of graded ones the sum of its qualities. */
  get strongRight(): number {
    return this.#order.reduce((sum, row) => sum + (this.#choices.strongQuality[row] as number), 0);
  }

  /**
   * Whether at least the share `target` of the strong choice's quality is kept. With d = quality - target * strong quality, which is
   * never below -target, this is the claim that the mean of d is above 0: no error of a ratio, nor of its denominator, comes in.
   */
  keeps(kept: Kept, target: number): boolean {
    const { cheapQuality, strongQuality } = this.#choices;
    return this.#certified(target, (row) => {
      const strong = strongQuality[row] as number;
      return (isKept(kept, row) ? (cheapQuality[row] as number) : strong) - target * strong;
    });
  }

  /** Whether at least a share of the baseline's cost is saved. A cost that is not known shows nothing. */
  saves(kept: Kept, share = 0): boolean {
    const { cheapCost, strongCost, baselineCost } = this.#choices;
    const most = this.#spareable;
    const largest = baselineCost.reduce((max, cost) => Math.max(max, cost), 0);
    const lowest = (this.#dearest + share * DEARER * largest) / most;
    if (!(lowest > 0 && lowest < Infinity)) return lowest === 0 && this.#sparesSomething(kept);
    return this.#certified(lowest, (row) => {
      const baseline = baselineCost[row] as number;
      const saved = isKept(kept, row)
        ? Math.min(baseline, most) - (cheapCost[row] as number)
        : baseline - (strongCost[row] as number);
      return (saved - share * baseline) / most;
    });
  }

  /** The share of quality, and of cost, that is shown to be kept and saved; for display. @param target - what was asked for */
  keptLow(kept: Kept, target: number): number {
    const isShown = (share: number): boolean => this.keeps(kept, share);
    return isShown(target) ? largestShown(isShown, target, 1.2) : largestShown(isShown, 0, target);
  }

  savedLow(kept: Kept): number | null {
    return this.saves(kept) ? largestShown((share) => this.saves(kept, share), 0, 1) : null;
  }

  /** Where no choice can cost more, it is enough that one is spared. */
  #sparesSomething(kept: Kept): boolean {
    return this.#order.some((row) => isKept(kept, row) && (this.#choices.baselineCost[row] as number) > 0);
  }

  #certified(lowest: number, valueAt: (row: number) => number): boolean {
    for (const [place, row] of this.#order.entries()) this.#values[place] = valueAt(row);
    return isCertified(this.#values, lowest, this.#alpha);
  }
}

function isKept({ scores, threshold }: Kept, row: number): boolean {
  return (scores[row] as number) <= threshold;
}

/** Copies of a question say the same thing twice: only the first one is taken. */
function fixedOrder(rows: number, questions: ArrayLike<number> | undefined): Int32Array {
  if (questions === undefined) {
    const order = Int32Array.from({ length: rows }, (_, row) => row);
    shuffle(order, seededRandom(1));
    return order;
  }
  const firsts = new Map<number, number>();
  for (let row = 0; row < rows; row += 1) {
    const question = questions[row] as number;
    if (!firsts.has(question)) firsts.set(question, row);
  }
  const place = (row: number): number => mixed(questions[row] as number) >>> 0;
  return Int32Array.from([...firsts.values()].sort((one, other) => place(one) - place(other)));
}
