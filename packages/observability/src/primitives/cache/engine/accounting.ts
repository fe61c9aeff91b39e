import type { SavingSource } from '../../../llm/savings.ts';
import { ignoreRejection } from '../../ignore-rejection.ts';
import { answerCost, type PricingOptions, type UnpaidAnswer } from '../answer-cost.ts';
import { type CacheStats, CacheTally } from '../cache-stats.ts';
import type { CacheReport } from '../control/cache-report.ts';
import type { CacheOutcome, RefreshOutcome } from '../facts.ts';
import type { Making } from '../flight/landing.ts';
import type { Execution } from './execution.ts';

/** What is known of an answer that came from the store. */
export type Origin = Pick<CacheReport, 'ageMs' | 'tier'>;

const NO_ORIGIN: Origin = { ageMs: undefined, tier: undefined };

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

  /** Counts the one outcome of an execution, and tells its caller if that one wants to know. */
  conclude(outcome: CacheOutcome, { operation, note, control, key }: Execution<I>, origin: Origin = NO_ORIGIN): void {
    this.#tally.count(outcome);
    note('cache.outcome', outcome);
    if (control?.onOutcome === undefined) return;
    try {
      ignoreRejection(control.onOutcome({ operation, outcome, key, ...origin }));
    } catch {
      // Whoever cannot be told must not lose the answer.
    }
  }

  /** Counts what an execution was spared. */
  save(making: Making, source: SavingSource, execution: Execution<I>): void {
    this.#add(1, making, source, execution);
  }

  /** Counts what a refresh has cost that nobody waited for: without the cache nobody would have paid it. */
  pay(making: Making, execution: Execution<I>): void {
    this.#add(-1, making, 'cache', execution);
  }

  /** Counts a refresh in the background, which is in no execution's outcome. */
  refreshed(outcome: RefreshOutcome, { note }: Execution<I>): void {
    this.#tally.refresh();
    note('cache.refreshed', outcome);
  }

  /** What an answer would cost at an instant, in US dollars, if that is known. */
  costOf(answer: UnpaidAnswer<I>, epochMs: number): number | undefined {
    return answerCost(answer, this.#pricing, epochMs);
  }

  #add(sign: 1 | -1, making: Making, source: SavingSource, { input, context, note }: Execution<I>): void {
    const costUsd = this.costOf({ input, ...making }, context.clock.epochMs());
    if (costUsd === undefined) {
      note('cache.unpriced', true);
      return;
    }
    const usd = sign * costUsd;
    this.#tally.save(usd);
    note('cache.savedUsd', { usd, source });
  }
}
