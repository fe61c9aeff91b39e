import type { NoteFact } from 'tta-dev-primitives';
import type { SavingSource } from '../../../llm/savings.ts';
import { answerCost, type PricingOptions, type UnpaidAnswer } from '../answer-cost.ts';
import { type CacheStats, CacheTally } from '../cache-stats.ts';
import type { CacheOutcome } from '../facts.ts';
import type { Making } from '../flight/landing.ts';
import type { Execution } from './execution.ts';

/** Counts how executions ended and what they saved, in the statistics and as facts. */
export class Accounting<I> {
  readonly #pricing: PricingOptions<I>;
  readonly #tally = new CacheTally();

  constructor(pricing: PricingOptions<I>) {
    this.#pricing = pricing;
  }

  read(operation: string): CacheStats {
    return this.#tally.read(operation);
  }

  /** Counts the one outcome of an execution. */
  conclude(outcome: CacheOutcome, note: NoteFact): void {
    this.#tally.count(outcome);
    note('cache.outcome', outcome);
  }

  /** Counts what an execution was spared. */
  save(making: Making, source: SavingSource, { input, context, note }: Execution<I>): void {
    const usd = this.costOf({ input, ...making }, context.clock.epochMs());
    if (usd === undefined) {
      note('cache.unpriced', true);
      return;
    }
    this.#tally.save(usd);
    note('cache.savedUsd', { usd, source });
  }

  /** What an answer would cost at an instant, in US dollars, if that is known. */
  costOf(answer: UnpaidAnswer<I>, epochMs: number): number | undefined {
    return answerCost(answer, this.#pricing, epochMs);
  }
}
