import type { PackedSlots } from './slot-weights.ts';

/** Mean and standard deviation of each feature, in their order. */
export interface FeatureScaler {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** A logistic regression: the chance that one model's answer to a prompt is good. */
export interface RoutingHead extends PackedSlots {
  readonly bias: number;
  /** One weight per feature. */
  readonly features: readonly number[];
}

/** A choice by a threshold, and what it was chosen on. */
export interface ScoreCalibration {
  /** The share of the strong model's quality that is to be kept, such as 0.98. */
  readonly target: number;
  /**
   * Whether graded rows show that the target is kept and that something is saved. `not_shown` is written with `--force` only.
   * @defaultValue 'not_shown', as in weights that were calibrated before this was recorded
   */
  readonly promise?: 'shown' | 'not_shown' | undefined;
  /** How often a calibration may promise what does not hold, such as 0.025. */
  readonly alpha?: number | undefined;
  /** The share of the quality that is shown to be kept, and of the cost that is shown to be saved; null if nothing is. */
  readonly keptLow?: number | null | undefined;
  readonly savedLow?: number | null | undefined;
  /**
   * Of a verifier: the most that the share of accepted answers can be that differ from the strong model's, by the rows. A cascade on live
   * traffic in which more of them differ has changed. Absent if the answers could not be compared.
   */
  readonly differing?: number | undefined;
  /** `always_strong` where no threshold saves anything, `always_cheap` where none is needed. */
  readonly choice: 'by_score' | 'always_strong' | 'always_cheap';
  /** Null unless the choice is by score. */
  readonly threshold: number | null;
  /** How many graded rows the threshold was chosen on. */
  readonly rows: number;
  /** The hashes of their questions ({@link packQuestions}). */
  readonly questions?: string | undefined;
  /** The expected distribution of scores, for drift detection: ten bins with equal shares. */
  readonly scores?: ScoreHistogram | undefined;
}

/** How scores were distributed: `shares[i]` of them lay between `edges[i - 1]` and `edges[i]`; the outer bins are open. */
export interface ScoreHistogram {
  readonly edges: readonly number[];
  readonly shares: readonly number[];
}
