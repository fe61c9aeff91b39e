import { type ShareEstimate, wilson } from 'tta-dev-primitives/internal';
import type { SemanticVerdict } from './facts.ts';

/** How many comparisons a policy needs before anybody should believe it. */
const CONCLUSIVE = 100;

/** What a semantic cache with one threshold would have done. */
export interface ThresholdStats {
  readonly threshold: number;
  /** Requests that it would have answered, exact repeats not among them. */
  readonly hits: number;
  /** Hits whose two answers say the same. */
  readonly agreed: number;
  /** Hits whose answer would have been another one than the step gave. */
  readonly disagreed: number;
  /** Hits that the judge could not decide. */
  readonly unjudged: number;
  /** `disagreed / (agreed + disagreed)`, with its 95 % interval: how often it would have answered wrongly. */
  readonly disagreementRate: ShareEstimate;
  /** Whether a hundred hits and more were judged; before, the rate says little. */
  readonly isConclusive: boolean;
  /** Requests near enough that differ in a number, a negation, a name or a quotation, and would have been refused for that. */
  readonly gated: number;
  /** What the answers to its hits cost, in US dollars, as far as that is known; disagreements included. */
  readonly savedUsd: number;
  readonly unpriced: number;
}

/** Counts for one threshold. */
export class ThresholdTally {
  readonly threshold: number;
  readonly #verdicts: Record<SemanticVerdict, number> = { agreed: 0, disagreed: 0, unjudged: 0 };
  #gated = 0;
  #savedUsd = 0;
  #unpriced = 0;

  constructor(threshold: number) {
    this.threshold = threshold;
  }

  refused(): void {
    this.#gated += 1;
  }

  hit(verdict: SemanticVerdict, costUsd: number | undefined): void {
    this.#verdicts[verdict] += 1;
    if (costUsd === undefined) this.#unpriced += 1;
    else this.#savedUsd += costUsd;
  }

  read(): ThresholdStats {
    const { agreed, disagreed, unjudged } = this.#verdicts;
    return {
      threshold: this.threshold,
      hits: agreed + disagreed + unjudged,
      agreed,
      disagreed,
      unjudged,
      disagreementRate: wilson(disagreed, agreed + disagreed),
      isConclusive: agreed + disagreed >= CONCLUSIVE,
      gated: this.#gated,
      savedUsd: this.#savedUsd,
      unpriced: this.#unpriced,
    };
  }
}
