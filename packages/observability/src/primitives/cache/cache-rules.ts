import type { WorkflowContext } from 'tta-dev-primitives';
import type { AnswerReading } from '../../llm/dialects/answer-reading.ts';
import { answerCost, type UnpaidAnswer } from './answer-cost.ts';
import { type CacheOptions, readCacheOptions } from './cache-options.ts';
import { type CacheableAnswer, judge } from './entry/cacheability.ts';
import type { CacheSkipReason } from './facts.ts';
import { requestKey } from './request/request-reader.ts';

/** The options of a cache that decide what it would answer, and what its answers are worth. */
export type CacheRulesOptions<I> = Pick<CacheOptions<I>, 'key' | 'vary' | 'scope' | 'cost' | 'provider' | 'prices'> & {
  readonly operation: string;
};

/** What a `CachePrimitive` would do with requests and answers. */
export interface CacheRules<I> {
  /** The key of a request; undefined for a request that is not looked up. Never rejects. */
  keyOf(input: I, context: WorkflowContext): Promise<CacheRulesKey | undefined>;
  /**
   * Why an answer is not stored; undefined for an answer that is stored.
   *
   * @param reading - what the answer says. @defaultValue read now
   */
  objectionTo(
    answer: Pick<CacheableAnswer<I>, 'input' | 'output' | 'isStream'>,
    reading?: AnswerReading,
  ): CacheSkipReason | undefined;
  /** What an answer costs at a given time, in US dollars; undefined if its price is unknown. */
  costOf(answer: UnpaidAnswer<I>, epochMs: number): number | undefined;
}

export interface CacheRulesKey {
  /** The key as it is in stores. */
  readonly text: string;
  /** The part of the key that distinguishes requests of one operation and scope. */
  readonly digest: string;
}

/**
 * The rules of a cache with these options, without a cache, for code that counts, compares or predicts.
 *
 * @throws TypeError or RangeError that names the option of a cache that is wrong
 * @example
 * ```ts
 * const rules = cacheRules<Request>({ operation: 'chat' });
 * await rules.keyOf(request, context); // equal for requests that share an answer
 * ```
 */
export function cacheRules<I>(options: CacheRulesOptions<I>): CacheRules<I> {
  const { key, vary, scope, cost, provider, prices } = readCacheOptions<I>(options);
  const identity = { operation: options.operation, key, vary, scope };
  const pricing = { cost, provider, prices };
  return {
    async keyOf(input, context) {
      const known = await requestKey(input, context, identity);
      return typeof known === 'string' ? undefined : known.key;
    },
    objectionTo: ({ input, output, isStream }, reading) => judge(input, output, isStream, {}, { reading }).objection,
    costOf: (answer, epochMs) => answerCost(answer, pricing, epochMs),
  };
}
