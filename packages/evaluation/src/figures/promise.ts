import { mixed, seededRandom, shuffle } from '../random.ts';
import { type Choices, total } from './choices.ts';
import { isCertified, largestShown } from './star-bets.ts';

/** The share of calibrations whose promise may fail, one-sided. Among those not refused, at most 5 % then miss the target. */
export const USUAL_ALPHA = 0.025;

/** Which of the rows stay with the cheap choice: those with a score up to a threshold. */
export interface Kept {
  readonly scores: Float64Array;
  readonly threshold: number;
}

/** A saved cost counts up to this number of mean costs, so one long answer proves nothing. */
const SPARED_MEANS = 4;
/** How much more than the largest cost seen a later one may be, where no limit is declared. */
const DEARER = 2;

export interface PromiseOptions {
  /** The share of tests that may show what is not so. @defaultValue 0.025 */
  readonly alpha?: number | undefined;
  /**
   * The same number for the same question: copies count once, and rows are taken in the order of its hash.
   * @defaultValue each row is a question of its own
   */
  readonly questions?: ArrayLike<number> | undefined;
  /**
   * The most that the calls of the cheap choice can cost in one request, in the unit of the choices: the output limit at its price. No
   * number of rows shows a saving without such a limit, because one later request could cost more than all others saved.
   * @defaultValue twice the largest cost in the rows, an assumption
   */
  readonly mostCheapCost?: number | undefined;
}

/**
 * What graded rows show about choices by a threshold. Rows are taken in an order that does not depend on grades: by a hash of their
 * question, one row for each question, or in a fixed order by chance.
 *
 * @throws RangeError if `mostCheapCost` is less than a cost in the rows
 */
export class PromiseTest {
  readonly #choices: Choices;
  readonly #alpha: number;
  readonly #order: Int32Array;
  readonly #spareable: number;
  readonly #mostCheapCost: number;
  readonly #mostBaseline: number;
  readonly #values: Float64Array;

  constructor(choices: Choices, { alpha = USUAL_ALPHA, questions, mostCheapCost }: PromiseOptions = {}) {
    this.#choices = choices;
    this.#alpha = alpha;
    this.#order = fixedOrder(choices.cheapQuality.length, questions);
    const { baselineCost } = choices;
    this.#spareable = (SPARED_MEANS * total(baselineCost)) / baselineCost.length;
    const largest = largestCheapCost(choices);
    if (mostCheapCost !== undefined && !(mostCheapCost >= largest)) {
      throw new RangeError(
        `mostCheapCost must be at least the largest cost in the rows, ${largest}, not ${mostCheapCost}`,
      );
    }
    this.#mostCheapCost = mostCheapCost ?? assumedCheapCost(choices);
    this.#mostBaseline = DEARER * baselineCost.reduce((most, cost) => Math.max(most, cost), 0);
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
  keeps({ scores, threshold }: Kept, target: number): boolean {
    const { cheapQuality, strongQuality } = this.#choices;
    const [order, values] = [this.#order, this.#values];
    for (let place = 0; place < order.length; place += 1) {
      const row = order[place] as number;
      const strong = strongQuality[row] as number;
      const given = (scores[row] as number) <= threshold ? (cheapQuality[row] as number) : strong;
      values[place] = given - target * strong;
    }
    return isCertified(values, target, this.#alpha);
  }

  /**
   * Whether at least a share of the baseline's cost is saved. A cost that is not known shows nothing. A share above 0 assumes too that no
   * later call costs the baseline more than twice the largest of the rows.
   */
  saves(kept: Kept, share = 0): boolean {
    const most = this.#spareable;
    const lowest = (this.#mostCheapCost + share * this.#mostBaseline) / most;
    if (!(lowest > 0 && lowest < Infinity)) return lowest === 0 && this.#sparesSomething(kept);
    const { cheapCost, strongCost, baselineCost } = this.#choices;
    const { scores, threshold } = kept;
    const [order, values] = [this.#order, this.#values];
    for (let place = 0; place < order.length; place += 1) {
      const row = order[place] as number;
      const baseline = baselineCost[row] as number;
      const saved =
        (scores[row] as number) <= threshold
          ? Math.min(baseline, most) - (cheapCost[row] as number)
          : baseline - (strongCost[row] as number);
      values[place] = (saved - share * baseline) / most;
    }
    return isCertified(values, lowest, this.#alpha);
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
  #sparesSomething({ scores, threshold }: Kept): boolean {
    return this.#order.some(
      (row) => (scores[row] as number) <= threshold && (this.#choices.baselineCost[row] as number) > 0,
    );
  }
}

/** The largest cost of the calls that come before, or in place of, the strong one. */
export function largestCheapCost({ cheapCost, strongCost, baselineCost }: Choices): number {
  return cheapCost.reduce((most, cost, row) => {
    const before = (strongCost[row] as number) - (baselineCost[row] as number);
    return Math.max(most, cost, before);
  }, 0);
}

/** What the cheap calls of one later request are assumed to cost at most, where no limit is declared. */
export function assumedCheapCost(choices: Choices): number {
  return DEARER * largestCheapCost(choices);
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
