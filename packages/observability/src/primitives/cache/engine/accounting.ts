import type { NoteFact } from 'tta-dev-primitives';
import { ignoreRejection } from 'tta-dev-primitives/internal';
import type { SavingSource } from '../../../llm/money/savings.ts';
import { type AnswerCost, answerCost, answerCosts, type PricingOptions, type UnpaidAnswer } from '../answer-cost.ts';
import { type CacheStats, CacheTally } from '../cache-stats.ts';
import type { CacheReport } from '../control/cache-report.ts';
import type { CacheOutcome, CacheSkipReason, RefreshOutcome } from '../facts.ts';
import type { Making } from '../flight/landing.ts';
import type { Execution } from './execution.ts';
import { RecentCosts } from './recent-costs.ts';

/** What is known about an answer that came from the store, or of a request that was not looked up. */
export type Origin = Partial<Pick<CacheReport, 'ageMs' | 'tier' | 'skipped'>>;

const NO_ORIGIN: Origin = {};

/** Counts how executions ended and what they saved, in the statistics and as facts. */
export class Accounting<I> {
  readonly #pricing: PricingOptions<I>;
  readonly #recent: RecentCosts<I>;
  readonly #tally = new CacheTally();

  constructor(pricing: PricingOptions<I>) {
    this.#pricing = pricing;
    this.#recent = new RecentCosts(pricing);
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
      const { ageMs, tier, skipped } = origin;
      ignoreRejection(control.onOutcome({ operation, outcome, key, ageMs, tier, skipped }));
    } catch {
      // Whoever cannot be told must not lose the answer.
    }
  }

  /** Counts why a request was not looked up, or an answer is not stored. */
  skip(reason: CacheSkipReason, { note }: Execution<I>): void {
    this.#tally.skip(reason);
    note('cache.skipped', reason);
  }

  /**
   * Counts what an execution was spared.
   *
   * @param isUsageKept - whether the usage stays in memory, and is the same object for the next who is spared the same call
   */
  save(making: Making, source: SavingSource, execution: Execution<I>, isUsageKept = false): void {
    const { input, context, note } = execution;
    const answer = { input, usage: making.usage, model: making.model };
    if (making.usage !== undefined) note('cache.usage', making.usage);
    const epochMs = context.clock.epochMs();
    const cost = isUsageKept ? this.#recent.costsOf(answer, epochMs) : answerCosts(answer, this.#pricing, epochMs);
    this.#count(cost, source, note);
  }

  /** Counts what a refresh has cost that nobody waited for: without the cache nobody would have paid it. */
  pay(making: Making, execution: Execution<I>): void {
    const { input, context, note } = execution;
    const costUsd = this.costOf({ input, ...making }, context.clock.epochMs());
    this.#count(costUsd === undefined ? undefined : { usd: -costUsd, grossUsd: 0 }, 'cache', note);
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

  #count(saved: AnswerCost | undefined, source: SavingSource, note: NoteFact): void {
    if (saved === undefined) {
      note('cache.unpriced', true);
      return;
    }
    const { usd, grossUsd } = saved;
    this.#tally.save(usd, grossUsd);
    note('cache.savedUsd', { usd, grossUsd, source });
  }
}
