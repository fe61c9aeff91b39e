import { Ring } from 'tta-dev-primitives/internal';
import type { CostMatchedControl } from '../figures/control.ts';
import type { ComparisonRow } from './comparison.ts';
import { controlOf, type DominatedRoute, dominatedRoute } from './control.ts';
import type { DominatedSide, ShadowOutcome } from './facts.ts';
import { type QualityRetained, qualityRetained } from './retained.ts';

/** What a shadow has seen. */
export interface ShadowStats {
  readonly operation: string;
  /** Executions; all outcomes together, but for those still under way. */
  readonly total: number;
  readonly outcomes: Readonly<Record<ShadowOutcome, number>>;
  /** Requests whose answer, or whose comparison, is still under way. */
  readonly pending: number;
  /**
   * The answers' quality as a share of the baseline's over the newest comparisons, with its 95 % interval: a ratio of means by the
   * delta method, never narrower than what so few comparisons can rule out.
   */
  readonly retained: QualityRetained;
  /** How many comparisons that is. */
  readonly comparisons: number;
  /** Whether the promise to keep `target` of the quality is kept, is broken, or cannot be told yet from what was compared. */
  readonly promise: 'kept' | 'broken' | 'open';
  /** Whether that can be told. */
  readonly isConclusive: boolean;
  /**
   * Whether routing does better than a random mix of both ways at the same spend, in percentage points of quality (95 % bootstrap).
   * Undefined while too little is known, or there is no `cheap` step.
   */
  readonly control: CostMatchedControl | undefined;
  /** A warning: one of the two ways is no better and no cheaper than the other, which makes routing between them needless. */
  readonly dominated: DominatedRoute | undefined;
  /** What the shadow's own calls have cost, grading included, in US dollars, as far as that is known. */
  readonly shadowCostUsd: number;
  /** Its calls whose cost is not known. */
  readonly shadowUnpriced: number;
  /** What the callers' answers and those of the baseline cost, in US dollars, over all comparisons with both costs known. */
  readonly answerCostUsd: number;
  readonly baselineCostUsd: number;
  /** `baselineCostUsd - answerCostUsd`. Both calls were made: nothing is estimated in it, and losses are kept. */
  readonly realisedSavingUsd: number;
  /** The same as a share of the baseline's cost; null while nothing has cost anything. */
  readonly realisedSavedShare: number | null;
  /** Comparisons in which one of the costs is not known. */
  readonly unpriced: number;
}

/** What statistics are made of. */
export interface StatisticsSettings {
  readonly target: number;
  readonly window: number;
  readonly minComparisons: number;
}

/** Counts for one shadow. */
export class ShadowStatistics {
  readonly #settings: StatisticsSettings;
  readonly #window: Ring<ComparisonRow>;
  readonly #outcomes: Record<ShadowOutcome, number> = {
    compared: 0,
    not_chosen: 0,
    rate_limited: 0,
    over_budget: 0,
    busy: 0,
    unanswered: 0,
    failed: 0,
    ungraded: 0,
  };
  #total = 0;
  #shadowCostUsd = 0;
  #shadowUnpriced = 0;
  #answerCostUsd = 0;
  #baselineCostUsd = 0;
  #unpriced = 0;
  #dominated: DominatedRoute | undefined;
  #control: { readonly added: number; readonly found: CostMatchedControl | undefined } | undefined;

  constructor(settings: StatisticsSettings) {
    this.#settings = settings;
    this.#window = new Ring(settings.window);
  }

  began(): void {
    this.#total += 1;
  }

  ended(outcome: ShadowOutcome): void {
    this.#outcomes[outcome] += 1;
  }

  paid(usd: number | null): void {
    if (usd === null) this.#shadowUnpriced += 1;
    else this.#shadowCostUsd += usd;
  }

  /** @returns the side that has just been found to be dominated */
  compared(row: ComparisonRow): DominatedSide | undefined {
    this.#window.add(row);
    const { answerUsd, baselineUsd } = row;
    if (answerUsd === null || baselineUsd === null) {
      this.#unpriced += 1;
    } else {
      this.#answerCostUsd += answerUsd;
      this.#baselineCostUsd += baselineUsd;
    }
    const before = this.#dominated?.model;
    this.#dominated = dominatedRoute(this.#window.values, this.#settings.minComparisons);
    return this.#dominated?.model === before ? undefined : this.#dominated?.model;
  }

  read(operation: string): ShadowStats {
    const { values: rows } = this.#window;
    const retained = qualityRetained(rows);
    const promise = this.#promise(retained, rows.length);
    const [answerCostUsd, baselineCostUsd] = [this.#answerCostUsd, this.#baselineCostUsd];
    const ended = Object.values(this.#outcomes).reduce((sum, count) => sum + count, 0);
    return {
      operation,
      total: this.#total,
      outcomes: { ...this.#outcomes },
      pending: this.#total - ended,
      retained,
      comparisons: rows.length,
      promise,
      isConclusive: promise !== 'open',
      control: this.#readControl(),
      dominated: this.#dominated,
      shadowCostUsd: this.#shadowCostUsd,
      shadowUnpriced: this.#shadowUnpriced,
      answerCostUsd,
      baselineCostUsd,
      realisedSavingUsd: baselineCostUsd - answerCostUsd,
      realisedSavedShare: baselineCostUsd === 0 ? null : 1 - answerCostUsd / baselineCostUsd,
      unpriced: this.#unpriced,
    };
  }

  #promise({ low, high }: QualityRetained, comparisons: number): ShadowStats['promise'] {
    const { target, minComparisons } = this.#settings;
    if (comparisons < minComparisons || low === null || high === null) return 'open';
    if (low >= target) return 'kept';
    return high < target ? 'broken' : 'open';
  }

  /** A thousand resamples take milliseconds, and are not drawn again while nothing has been added. */
  #readControl(): CostMatchedControl | undefined {
    const { added, values: rows } = this.#window;
    if (this.#control?.added !== added) {
      this.#control = { added, found: controlOf(rows, this.#settings.minComparisons) };
    }
    return this.#control?.found;
  }
}
