import type { Usage } from '../../../llm/money/usage.ts';
import { type AnswerCost, answerCosts, type PricingOptions, type UnpaidAnswer } from '../answer-cost.ts';

const MINUTE_MS = 60_000;

interface RecentCost {
  readonly model: string | undefined;
  readonly minute: number;
  readonly cost: AnswerCost | undefined;
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

  costsOf(answer: UnpaidAnswer<I>, epochMs: number): AnswerCost | undefined {
    const { usage, model } = answer;
    if (!this.#isListed || usage === undefined) return answerCosts(answer, this.#pricing, epochMs);
    const minute = Math.floor(epochMs / MINUTE_MS);
    const known = this.#costs.get(usage);
    if (known?.minute === minute && known.model === model) return known.cost;
    const cost = answerCosts(answer, this.#pricing, epochMs);
    this.#costs.set(usage, { model, minute, cost });
    return cost;
  }
}
