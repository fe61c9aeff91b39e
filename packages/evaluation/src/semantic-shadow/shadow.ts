import type { NoteFact } from 'tta-dev-primitives';
import { backgroundClock, within } from 'tta-dev-primitives/internal';
import { haveSameContent } from './content-gate.ts';
import type { SemanticVerdict } from './facts.ts';
import { Neighbours } from './neighbours.ts';
import type { Question } from './question.ts';
import type { CheckedShadowOptions } from './semantic-shadow-options.ts';
import { type ThresholdStats, ThresholdTally } from './shadow-tally.ts';

/** What semantic caches would have done with the traffic so far. */
export interface SemanticShadowStats {
  readonly operation: string;
  readonly total: number;
  /** Requests that were compared: `total - notComparable - leftOut - failed`, but for those still worked on. */
  readonly compared: number;
  /** Compared requests that repeat an earlier one to the letter: an exact cache answers them, so no policy counts them. */
  readonly exactRepeats: number;
  /** Requests without a text to compare, and those without an answer or with one that no cache would store. */
  readonly notComparable: number;
  /** Requests that came while too many were being worked on. */
  readonly leftOut: number;
  /** Requests that `embed` failed for. */
  readonly failed: number;
  /** What embedding has cost, in US dollars; it is not taken off the savings below. */
  readonly embedCostUsd: number;
  /** One entry for each threshold, the lowest first. */
  readonly policies: readonly ThresholdStats[];
}

/** A question, and the answer that the step gave to it. */
export interface Answered extends Question {
  readonly answer: string;
  /** What the answer cost, in US dollars; undefined when that is not known. */
  readonly costUsd: number | undefined;
}

type ShadowOptions = Pick<
  CheckedShadowOptions<never>,
  'embed' | 'embedUsd' | 'agree' | 'thresholds' | 'maxEntries' | 'maxPending' | 'timeoutMs'
>;

/** Compares answered questions with earlier ones, in the background and in bounded time and room. */
export class Shadow {
  readonly #options: ShadowOptions;
  readonly #policies: readonly ThresholdTally[];
  readonly #earlier: Neighbours<Answered>;
  readonly #counts = { total: 0, compared: 0, exactRepeats: 0, notComparable: 0, leftOut: 0, failed: 0 };
  #embeddings = 0;
  #pending = 0;

  constructor(options: ShadowOptions) {
    this.#options = options;
    this.#policies = options.thresholds
      .toSorted((one, other) => one - other)
      .map((threshold) => new ThresholdTally(threshold));
    this.#earlier = new Neighbours(options.maxEntries);
  }

  read(operation: string): SemanticShadowStats {
    return {
      operation,
      ...this.#counts,
      embedCostUsd: this.#embeddings * this.#options.embedUsd,
      policies: this.#policies.map((policy) => policy.read()),
    };
  }

  requested(): void {
    this.#counts.total += 1;
  }

  /** Compares one, unless too many are being compared. Never rejects. */
  async watch(answered: Answered | undefined, note: NoteFact): Promise<void> {
    if (answered === undefined) {
      this.#counts.notComparable += 1;
      return;
    }
    if (this.#pending >= this.#options.maxPending) {
      this.#counts.leftOut += 1;
      return;
    }
    this.#pending += 1;
    try {
      await this.#compare(answered, note);
      this.#counts.compared += 1;
    } catch {
      this.#counts.failed += 1; // whatever `embed` did; the caller has the answer already
    } finally {
      this.#pending -= 1;
    }
  }

  async #compare(fresh: Answered, note: NoteFact): Promise<void> {
    this.#embeddings += 1;
    const vector = await this.#bounded(async () => this.#options.embed(fresh.text));
    const nearest = this.#earlier.nearest(fresh.group, vector);
    this.#earlier.add(fresh.group, vector, fresh);
    if (nearest === undefined) return;
    const { value: stored, similarity } = nearest;
    if (stored.text === fresh.text) {
      this.#counts.exactRepeats += 1;
      return;
    }
    const reached = this.#policies.filter(({ threshold }) => similarity >= threshold);
    if (reached.length === 0) return;
    if (!haveSameContent(stored.text, fresh.text)) {
      for (const policy of reached) policy.refused();
      return;
    }
    const verdict = await this.#verdictOn(stored.answer, fresh.answer);
    for (const policy of reached) {
      policy.hit(verdict, fresh.costUsd);
      note('semanticShadow.wouldHit', { threshold: policy.threshold, verdict });
    }
  }

  async #verdictOn(stored: string, fresh: string): Promise<SemanticVerdict> {
    try {
      const isAgreed = await this.#bounded(async () => this.#options.agree(stored, fresh));
      if (typeof isAgreed !== 'boolean') return 'unjudged';
      return isAgreed ? 'agreed' : 'disagreed';
    } catch {
      return 'unjudged';
    }
  }

  #bounded<T>(work: () => Promise<T>): Promise<T> {
    return within(backgroundClock(), this.#options.timeoutMs, work, () => {
      throw new Error('it took too long');
    });
  }
}
