import type { Usage } from '../../../llm/usage.ts';
import { answerCost, type PricingOptions, type UnpaidAnswer } from '../answer-cost.ts';

const MINUTE_MS = 60_000;

interface RecentCost {
  readonly model: string | undefined;
  readonly minute: number;
  readonly usd: number | undefined;
}

/**
 * What answers cost, computed once a minute for an answer that is served again and again from memory: no list changes its prices
 * within a minute. What a user's own `cost` or `prices` say is asked for each time.
 */
export class RecentCosts<I> {
  readonly #pricing: PricingOptions<I>;
  readonly #isListed: boolean;
  /** By the very usage of an answer, which lives as long as that is held in memory. */
  readonly #costs = new WeakMap<Usage, RecentCost>();

  constructor(pricing: PricingOptions<I>) {
    this.#pricing = pricing;
    this.#isListed = pricing.cost === undefined && pricing.prices === undefined;
  }

  costOf(answer: UnpaidAnswer<I>, epochMs: number): number | undefined {
    const { usage, model } = answer;
    if (!this.#isListed || usage === undefined) return answerCost(answer, this.#pricing, epochMs);
    const minute = Math.floor(epochMs / MINUTE_MS);
    const known = this.#costs.get(usage);
    if (known?.minute === minute && known.model === model) return known.usd;
    const usd = answerCost(answer, this.#pricing, epochMs);
    this.#costs.set(usage, { model, minute, usd });
    return usd;
  }
}
