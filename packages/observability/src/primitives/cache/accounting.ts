import type { NoteFact } from 'tta-dev-primitives';
import { type ExecutionRecord, ignoreRejection, requestOf } from 'tta-dev-primitives/internal';
import { costOfAnswer } from '../../llm/call/beneath.ts';
import type { AnswerReading } from '../../llm/dialects/answer-reading.ts';
import type { SavingSource } from '../../llm/money/saving-source.ts';
import { type AnswerCost, answerCost, answerCosts, type PricingOptions, type UnpaidAnswer } from './answer-cost.ts';
import type { CacheStats } from './cache-stats.ts';
import type { CacheReport } from './control/cache-report.ts';
import type { OpenedEntry } from './entry/opened-entry.ts';
import type { Execution } from './execution.ts';
import type { CacheOutcome, CacheSkipReason, RefreshOutcome } from './facts.ts';
import type { Provenance } from './flight/flight-outcome.ts';

/** What is known about an answer that came from the store, or of a request that was not looked up. */
export type Origin = Partial<Pick<CacheReport, 'ageMs' | 'tier' | 'skipped'>>;

const MINUTE_MS = 60_000;

/** Two costs that differ by less are one cost that was summed in two orders. */
const SAME_SHARE = 1e-9;

const NO_ORIGIN: Origin = {};

/** Counts how executions ended and what they saved, in the statistics and as facts. */
export class Accounting<I> {
  readonly #pricing: PricingOptions<I>;
  /** Whether costs come from a list, whose prices do not change within a minute. */
  readonly #isListed: boolean;
  readonly #counts: Record<CacheOutcome, number> = { hit: 0, miss: 0, stale: 0, bypass: 0, coalesced: 0 };
  readonly #skipped: Partial<Record<CacheSkipReason, number>> = {};
  #savedUsd = 0;
  #grossUsd = 0;
  #refreshes = 0;

  constructor(pricing: PricingOptions<I>) {
    this.#pricing = pricing;
    this.#isListed = pricing.cost === undefined && pricing.prices === undefined;
  }

  read(operation: string): CacheStats {
    const { hit, miss, stale, bypass, coalesced } = this.#counts;
    const hits = hit + stale + coalesced;
    const lookups = hits + miss;
    return {
      operation,
      total: lookups + bypass,
      hits,
      misses: miss,
      bypasses: bypass,
      coalesced,
      stale,
      refreshes: this.#refreshes,
      skipped: { ...this.#skipped },
      hitRate: lookups === 0 ? 0 : hits / lookups,
      costSavingsUsd: this.#savedUsd,
      grossSavingsUsd: this.#grossUsd,
    };
  }

  /** Counts the one outcome of an execution, and tells its caller if that one wants to know. */
  conclude(outcome: CacheOutcome, { operation, note, control, key }: Execution<I>, origin: Origin = NO_ORIGIN): void {
    this.#counts[outcome] += 1;
    note('cache.outcome', outcome);
    if (control?.onOutcome === undefined) return;
    try {
      const { ageMs, tier, skipped } = origin;
      ignoreRejection(control.onOutcome({ operation, outcome, key, ageMs, tier, skipped }));
    } catch {
      // An observer that fails must not lose the answer.
    }
  }

  /** Counts why a request was not looked up, or an answer is not stored. */
  skip(reason: CacheSkipReason, { note }: Execution<I>): void {
    this.#skipped[reason] = (this.#skipped[reason] ?? 0) + 1;
    note('cache.skipped', reason);
  }

  /**
   * What is known of an answer's making.
   *
   * @param record - what was stated beneath the call of the step
   */
  provenanceOf(input: I, reading: AnswerReading | undefined, record: ExecutionRecord, epochMs: number): Provenance {
    const { usage, model } = reading ?? {};
    return { usage, model, paidUsd: this.#paidUsd({ input, usage, model }, record, epochMs) };
  }

  /** What the call of an answer cost; undefined if no call says so, if the prices of the cache say the same, or if it has a `cost` of its own. */
  #paidUsd(answer: UnpaidAnswer<I>, record: ExecutionRecord, epochMs: number): number | undefined {
    if (this.#pricing.cost !== undefined) return undefined;
    const costUsd = costOfAnswer(record, answer.usage);
    if (costUsd === undefined) return undefined;
    const listedUsd = answerCost(answer, this.#pricing, epochMs);
    const isListed = listedUsd !== undefined && Math.abs(listedUsd - costUsd) <= SAME_SHARE * costUsd;
    return isListed ? undefined : costUsd;
  }

  /**
   * Counts what an execution was spared.
   *
   * @param entry - the entry that the answer came from, which keeps its cost for a minute
   */
  save(provenance: Provenance, source: SavingSource, execution: Execution<I>, entry?: OpenedEntry): void {
    const { input, context, note } = execution;
    const answer = { input, ...provenance };
    if (provenance.usage !== undefined) note('cache.usage', provenance.usage);
    if (provenance.model !== undefined && requestOf(context) !== undefined) note('cache.model', provenance.model);
    const epochMs = context.clock.epochMs();
    this.#count(this.#costsOf(answer, epochMs, entry), source, note);
  }

  /** Counts the cost of a refresh in the background, which only the cache causes. */
  pay(provenance: Provenance, execution: Execution<I>): void {
    const { input, context, note } = execution;
    const costUsd = answerCost({ input, ...provenance }, this.#pricing, context.clock.epochMs());
    this.#count(costUsd === undefined ? undefined : { usd: -costUsd, grossUsd: 0 }, 'cache', note);
  }

  /** Counts a refresh in the background, which is in no execution's outcome. */
  refreshed(outcome: RefreshOutcome, { note }: Execution<I>): void {
    this.#refreshes += 1;
    note('cache.refreshed', outcome);
  }

  #costsOf(answer: UnpaidAnswer<I>, epochMs: number, entry: OpenedEntry | undefined): AnswerCost | undefined {
    if (entry === undefined || !this.#isListed) return answerCosts(answer, this.#pricing, epochMs);
    const minute = Math.floor(epochMs / MINUTE_MS);
    if (entry.cost?.owner !== this || entry.cost.minute !== minute) {
      entry.cost = { owner: this, minute, cost: answerCosts(answer, this.#pricing, epochMs) };
    }
    return entry.cost.cost;
  }

  #count(saved: AnswerCost | undefined, source: SavingSource, note: NoteFact): void {
    if (saved === undefined) {
      note('cache.unpriced', true);
      return;
    }
    const { usd, grossUsd } = saved;
    this.#savedUsd += usd;
    this.#grossUsd += grossUsd;
    note('cache.savedUsd', { usd, grossUsd, source });
  }
}
