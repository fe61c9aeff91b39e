import { LRUCache } from 'lru-cache';
import type { WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import { boundedKey } from '../../limits/bounded-key.ts';
import type { ExpectedUse } from '../../limits/limit-store.ts';
import { ModelCallPrimitive, modelCallsIn } from '../../llm/call/model-call.ts';
import { EstimatePrices } from '../../llm/estimate/estimate-prices.ts';
import { Headroom } from '../../llm/estimate/headroom.ts';
import { MovingAverage } from '../../llm/estimate/moving-average.ts';
import { TokenEstimator } from '../../llm/estimate/token-estimator.ts';
import type { PriceSource } from '../../llm/money/price-source.ts';
import type { Usage } from '../../llm/money/usage.ts';
import { type Prompt, promptOf } from '../../llm/prompt/prompt.ts';
import { modelOf } from './limit-key.ts';

/** So many keys are learned from at once. A forgotten key begins anew, which changes what is estimated and no limit. */
const MAX_KEYS = 10_000;

/** The share of the newest value in the average cost of a request. */
const COST_WEIGHT = 0.2;

/** What is known of the requests of one key. */
class KeyUse {
  readonly tokens: TokenEstimator = new TokenEstimator();
  readonly headroom: Headroom = new Headroom();
  readonly costUsd: MovingAverage = new MovingAverage(COST_WEIGHT);
}

/** What a request is expected to use, and how to learn from what it used. */
export interface UseEstimate extends ExpectedUse {
  readonly prompt: Prompt;
  /** The same before it is corrected by the errors of the newest estimates. */
  readonly thoughtTokens: number;
  readonly thoughtUsd: number | undefined;
  readonly use: KeyUse;
}

export interface EstimateSettings {
  /** Whose model calls are priced, as they are when a request asks: a router may have other routes by then. */
  readonly step: WorkflowPrimitive<never, unknown>;
  readonly prices: PriceSource | undefined;
  readonly maxOutputTokens: number | undefined;
  /** Whether money matters. */
  readonly isPriced: boolean;
}

/**
 * Estimates what requests may use, from their size and the most output tokens that they ask for. Every key has its own errors: one answer that
 * costs a thousand times as much makes no other key wait.
 */
export class UseEstimates {
  readonly #settings: EstimateSettings;
  readonly #prices = new WeakMap<WorkflowPrimitive<never, unknown>, EstimatePrices>();
  readonly #uses = new LRUCache<string, KeyUse>({ max: MAX_KEYS });

  constructor(settings: EstimateSettings) {
    this.#settings = settings;
  }

  of(key: string, input: unknown, context: WorkflowContext): UseEstimate {
    const use = this.#useOf(key);
    const prompt = promptOf(input);
    const most = prompt.maxOutputTokens ?? this.#settings.maxOutputTokens;
    const { inputTokens, outputTokens: usual } = use.tokens.estimate(prompt);
    const outputTokens = most ?? usual;
    const thoughtTokens = inputTokens + outputTokens;
    // What a text makes of a bound is within it; errors of unbounded answers are in their average.
    const isCorrected = most !== undefined || prompt.modalities.size > 1;
    const factorOf = (what: string): number => (isCorrected ? use.headroom.factorOf(what, prompt) : 1);
    const thoughtUsd = this.#settings.isPriced ? this.#costUsd({ inputTokens, outputTokens }, input, context) : 0;
    const costUsd = thoughtUsd === undefined ? (use.costUsd.value ?? Infinity) : thoughtUsd * factorOf('usd');
    return {
      tokens: Math.ceil(thoughtTokens * factorOf('tokens')),
      costUsd,
      isGuess: most === undefined,
      ...{ prompt, thoughtTokens, thoughtUsd, use },
    };
  }

  /** The price of the most expensive model that may answer; undefined if no price is known. */
  #costUsd(usage: Usage, input: unknown, context: WorkflowContext): number | undefined {
    const asked = modelOf(input);
    const costs = modelCallsIn(this.#settings.step).flatMap((call) =>
      call instanceof ModelCallPrimitive
        ? (this.#pricesOf(call).costUsd(usage, call.priced.model ?? asked, context) ?? [])
        : [],
    );
    return costs.length === 0 ? undefined : Math.max(...costs);
  }

  #pricesOf(call: ModelCallPrimitive<never, unknown>): EstimatePrices {
    const known = this.#prices.get(call);
    if (known !== undefined) return known;
    const fresh = new EstimatePrices(call.priced, this.#settings.prices);
    this.#prices.set(call, fresh);
    return fresh;
  }

  #useOf(key: string): KeyUse {
    const name = boundedKey(key);
    const known = this.#uses.get(name);
    if (known !== undefined) return known;
    const fresh = new KeyUse();
    this.#uses.set(name, fresh);
    return fresh;
  }
}

/** Learns from an answer whose tokens, or whose cost, are known. */
export function learnUse(
  { prompt, thoughtTokens, thoughtUsd, use }: UseEstimate,
  usage: Usage | undefined,
  costUsd: number | null,
): void {
  if (usage !== undefined) {
    use.tokens.learn(prompt, usage);
    use.headroom.learn('tokens', prompt, thoughtTokens, usage.inputTokens + usage.outputTokens);
  }
  if (costUsd === null || costUsd === 0) return;
  use.costUsd.add(costUsd);
  if (thoughtUsd !== undefined) use.headroom.learn('usd', prompt, thoughtUsd, costUsd);
}
