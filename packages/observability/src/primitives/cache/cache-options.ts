import { checkFunction, checkNumber, refusal, type WorkflowContext } from 'tta-dev-primitives';
import type { PriceSource } from '../../llm/price.ts';
import type { CostFunction } from './answer-cost.ts';
import type { CacheableAnswer } from './entry/cacheability.ts';
import { checkLeaseOptions, type LeaseOptions } from './flight/lease/lease-options.ts';
import type { CacheScope } from './key/cache-key.ts';
import { type CacheStore, checkStore } from './store/store.ts';

export interface CacheOptions<I> {
  /** Names the cache in metrics, and is part of every key: two operations never share answers. @defaultValue the step's name */
  readonly operation?: string | undefined;
  /**
   * What decides the answer: any JSON-like value, at once and not as a promise. Two inputs with equal values get the same answer.
   *
   * @defaultValue the input; of a request to a model without the fields that do not change its answer
   */
  readonly key?: ((input: I, context: WorkflowContext) => unknown) | undefined;
  /**
   * What else tells answers apart, as a value or as a function: the provider and its base URL, the model behind an alias, the
   * version of a prompt template, of the tools, of an index.
   *
   * @defaultValue none
   */
  readonly vary?: unknown;
  /** Who shares stored answers. @defaultValue 'tenant' */
  readonly scope?: CacheScope | undefined;
  /** @defaultValue a `memoryStore()` of its own */
  readonly store?: CacheStore | undefined;
  /**
   * How processes that share the store share a call: while one of them asks the step, the others wait for its answer. `false`
   * turns it off; with options it is also on in a store that does not say that it is shared.
   *
   * @defaultValue on where the store is shared and offers `replaceIf` and `deleteIf`, as `redisStore` does
   */
  readonly lease?: false | LeaseOptions | undefined;
  /** How long an answer is fresh, in milliseconds. @defaultValue 3_600_000, an hour */
  readonly ttlMs?: number | undefined;
  /** The largest answer that is stored, in characters of JSON. @defaultValue 4_194_304 */
  readonly maxEntryLength?: number | undefined;
  /** Decides what is stored, in place of the built-in rules, whose verdict it is told as `objection`. */
  readonly isCacheable?: ((answer: CacheableAnswer<I>, context: WorkflowContext) => boolean) | undefined;
  /** What an answer would cost now, in US dollars. @defaultValue the price of its usage, as `priceOf` tells it */
  readonly cost?: CostFunction<I> | undefined;
  /** Whose prices apply. @defaultValue guessed from the model's name */
  readonly provider?: string | undefined;
  /** @defaultValue bundledPrices */
  readonly prices?: PriceSource | undefined;
}

/** @throws TypeError or RangeError that names the option, the value and what is allowed */
export function checkCacheOptions<I>(options: CacheOptions<I>): void {
  const { operation, key, scope, store, isCacheable, cost, ttlMs, maxEntryLength, prices, lease } = options;
  if (operation !== undefined && (typeof operation !== 'string' || operation === '')) {
    throw new TypeError(refusal('CachePrimitive', 'operation', operation, 'a string that is not empty'));
  }
  if (scope !== undefined && typeof scope !== 'function' && !['tenant', 'user', 'shared'].includes(scope)) {
    throw new TypeError(refusal('CachePrimitive', 'scope', scope, "'tenant', 'user', 'shared' or a function"));
  }
  for (const [name, value] of Object.entries({ key, isCacheable, cost })) {
    if (value !== undefined) checkFunction('CachePrimitive', name, value);
  }
  checkLeaseOptions(lease);
  if (store !== undefined) checkStore('CachePrimitive', 'store', store);
  if (prices !== undefined) checkFunction('CachePrimitive', 'prices.price', prices?.price);
  if (ttlMs !== undefined) checkNumber('CachePrimitive', 'ttlMs', ttlMs, { above: 0 });
  if (maxEntryLength !== undefined) checkNumber('CachePrimitive', 'maxEntryLength', maxEntryLength, { atLeast: 0 });
}
