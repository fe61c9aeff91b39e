import { checkFunction, checkNumber, refusal, type WorkflowContext } from 'tta-dev-primitives';
import type { PriceSource } from '../../llm/price.ts';
import type { CostFunction } from './answer-cost.ts';
import type { CacheableAnswer } from './entry/cacheability.ts';
import { checkSecret } from './key/digest.ts';
import type { FormOption } from './key/request-form.ts';
import type { CacheScope } from './key/scope.ts';
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
  /**
   * The model behind an alias or a group, which is in the key in place of the one that the request names.
   *
   * @defaultValue the model that the request names
   */
  readonly model?: string | ((input: I, context: WorkflowContext) => string) | undefined;
  /**
   * Whether the step answers whole or with a stream, for requests that do not say so themselves (Gemini's). One stored answer then
   * serves a step that answers whole and one that streams.
   *
   * @defaultValue what `stream` says in requests to OpenAI and Anthropic; others are answered as the step had answered
   */
  readonly form?: FormOption<I> | undefined;
  /**
   * Makes keys that tell nobody anything: HMAC-SHA-256 in place of SHA-256, so that whoever reads the store cannot try out which
   * requests were made. At least 16 bytes; the same for all processes that share answers.
   *
   * @defaultValue none: whoever guesses a whole request can tell whether it was made
   */
  readonly secret?: string | Uint8Array | undefined;
  /** Who shares stored answers. @defaultValue 'tenant' */
  readonly scope?: CacheScope | undefined;
  /** @defaultValue a `memoryStore()` of its own */
  readonly store?: CacheStore | undefined;
  /** How long an answer is fresh, in milliseconds. @defaultValue 3_600_000, an hour */
  readonly ttlMs?: number | undefined;
  /** The largest answer that is stored, in characters of JSON. @defaultValue 4_194_304 */
  readonly maxEntryLength?: number | undefined;
  /** Decides what is stored, in place of the built-in rules, whose verdict it is told as `objection`. */
  readonly isCacheable?: ((answer: CacheableAnswer<I>, context: WorkflowContext) => boolean) | undefined;
  /** Whether answers are stored that ask the application to call tools. @defaultValue false, because of loops with effects */
  readonly cacheToolCalls?: boolean | undefined;
  /** Whether refusals are stored. @defaultValue true */
  readonly cacheRefusals?: boolean | undefined;
  /**
   * Whether a value is right; only `true` is. The value is the parsed JSON of each choice where the request asks for JSON, else the
   * output as it is, of a stream the array of its chunks.
   *
   * @defaultValue everything is, but text that is no JSON where the request asks for it
   */
  readonly validate?: ((value: unknown, input: I) => boolean) | undefined;
  /** What an answer would cost now, in US dollars. @defaultValue the price of its usage, as `priceOf` tells it */
  readonly cost?: CostFunction<I> | undefined;
  /** Who answers: it is in the key, and its prices apply. @defaultValue none in the key; for prices guessed from the model's name */
  readonly provider?: string | undefined;
  /** @defaultValue bundledPrices */
  readonly prices?: PriceSource | undefined;
}

/** @throws TypeError or RangeError that names the option, the value and what is allowed */
export function checkCacheOptions<I>(options: CacheOptions<I>): void {
  const { operation, key, scope, store, isCacheable, cost, ttlMs, maxEntryLength, prices } = options;
  if (operation !== undefined && (typeof operation !== 'string' || operation === '')) {
    throw new TypeError(refusal('CachePrimitive', 'operation', operation, 'a string that is not empty'));
  }
  if (scope !== undefined && typeof scope !== 'function' && !['tenant', 'user', 'shared'].includes(scope)) {
    throw new TypeError(refusal('CachePrimitive', 'scope', scope, "'tenant', 'user', 'shared' or a function"));
  }
  checkKeyOptions(options);
  for (const [name, value] of Object.entries({ key, isCacheable, cost, validate: options.validate })) {
    if (value !== undefined) checkFunction('CachePrimitive', name, value);
  }
  if (store !== undefined) checkStore('CachePrimitive', 'store', store);
  if (prices !== undefined) checkFunction('CachePrimitive', 'prices.price', prices?.price);
  if (ttlMs !== undefined) checkNumber('CachePrimitive', 'ttlMs', ttlMs, { above: 0 });
  if (maxEntryLength !== undefined) checkNumber('CachePrimitive', 'maxEntryLength', maxEntryLength, { atLeast: 0 });
}

function checkKeyOptions<I>({ model, form, secret, cacheToolCalls, cacheRefusals }: CacheOptions<I>): void {
  if (model !== undefined && typeof model !== 'function' && (typeof model !== 'string' || model === '')) {
    throw new TypeError(refusal('CachePrimitive', 'model', model, 'a string that is not empty or a function'));
  }
  if (form !== undefined && typeof form !== 'function' && !['whole', 'stream'].includes(form)) {
    throw new TypeError(refusal('CachePrimitive', 'form', form, "'whole', 'stream' or a function"));
  }
  if (secret !== undefined) checkSecret('CachePrimitive', secret);
  for (const [name, value] of Object.entries({ cacheToolCalls, cacheRefusals })) {
    if (value !== undefined && typeof value !== 'boolean') {
      throw new TypeError(refusal('CachePrimitive', name, value, 'true or false'));
    }
  }
}
