import type { WorkflowContext } from 'tta-dev-primitives';
import {
  checkFunction,
  checkNoUnknown,
  checkNumber,
  checkOneOf,
  type OptionNames,
  refusal,
} from 'tta-dev-primitives/internal';
import type { PriceSource } from '../../llm/money/price-source.ts';
import type { CostFunction } from './answer-cost.ts';
import type { CacheableAnswer } from './entry/cacheability.ts';
import type { AnswerKind } from './entry/entry-reader.ts';
import { type CompressionOptions, type EncryptionOptions, PayloadCodec } from './entry/payload-coding.ts';
import { checkLeaseOptions, type LeaseOptions } from './flight/lease/lease-options.ts';
import type { TtlFunction } from './freshness/lifetime.ts';
import type { StaleIf } from './freshness/stale-rules.ts';
import type { CacheScope } from './request/cache-key.ts';
import { checkSecret } from './request/cache-key.ts';
import type { FormOption } from './request/request-reader.ts';
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
   * Whether the step answers whole or with a stream, for requests that do not say so themselves. One stored answer then
   * serves a step that answers whole and one that streams.
   *
   * @defaultValue what the request says; one that does not say is answered as the step had answered
   */
  readonly form?: FormOption<I> | undefined;
  /**
   * What the step gives: objects and streams of objects, or answers of a server as `fetch` gives them (a `Response`, or a record with a
   * status, headers and a body). A stored answer of the other kind is not served. Say `'bytes'` where processes are short-lived or share
   * a store: a process that has to learn it asks the step once before it serves stored bytes.
   *
   * @defaultValue as the step gives in this process; before its first answer `'objects'`
   */
  readonly answers?: AnswerKind | undefined;
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
  /**
   * Compresses long answers in the store (zstd), which costs CPU time with every hit and is worth it where the store is small or far.
   *
   * @defaultValue nothing is compressed
   */
  readonly compression?: CompressionOptions | undefined;
  /**
   * Encrypts answers in the store (AES-256-GCM). Their usage, models and times stay readable, and keys are digests; give `secret`
   * too, or whoever reads the store can try out which requests were made. Answers that were stored unencrypted are not used.
   *
   * @defaultValue nothing is encrypted
   */
  readonly encryption?: EncryptionOptions | undefined;
  /**
   * How processes that share the store share a call: while one of them asks the step, the others wait for its answer. `false`
   * turns it off; with options it is also on in a store that does not say that it is shared.
   *
   * @defaultValue on where the store is shared and offers `atomic`, as `redisStore` does
   */
  readonly lease?: false | LeaseOptions | undefined;
  /**
   * How long an answer is fresh, in milliseconds, or a function that tells it from the answer; an answer for which that gives no
   * number above 0 is not stored.
   *
   * @defaultValue 3_600_000, an hour
   */
  readonly ttlMs?: number | TtlFunction<I> | undefined;
  /**
   * The share of its ttl that chance may take from an answer, between 0 and 0.9, so that answers stored together are not asked for
   * together again. No answer lives longer than `ttlMs`.
   *
   * @defaultValue 0.1
   */
  readonly ttlJitter?: number | undefined;
  /** For how long past its ttl an answer is served at once while it is refreshed in the background, in milliseconds. @defaultValue 0 */
  readonly staleWhileRevalidateMs?: number | undefined;
  /** How long such a refresh may take, in milliseconds. @defaultValue 60_000 */
  readonly refreshTimeoutMs?: number | undefined;
  /** For how long past its ttl an answer is served if the step fails, in milliseconds. @defaultValue 0 */
  readonly staleIfErrorMs?: number | undefined;
  /**
   * For which errors of the step a stale answer is served.
   *
   * @defaultValue those of a provider that is down (the network, 5xx), answers nonsense, limits us (429), has no quota or credit for us
   * (402), or is too slow (408, timeouts), and an open circuit
   */
  readonly staleIf?: StaleIf | undefined;
  /**
   * The tags of a request, at once and not as a promise; `invalidateTag` makes all answers under a tag unusable. A request whose
   * tags cannot be told is not looked up.
   *
   * @defaultValue none
   */
  readonly tags?: ((input: I, context: WorkflowContext) => readonly string[]) | undefined;
  /**
   * Whether each caller gets a copy of a hit, to change as it likes, or all of them the same answer, frozen in all its depth. What
   * is shared costs no copy where the store holds values in this process; an answer that comes from elsewhere is always a copy.
   *
   * @defaultValue 'clone'
   */
  readonly copy?: 'clone' | 'share' | undefined;
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
  /** Between 0 and 1; decides `ttlJitter`. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
}

const OWNER = 'CachePrimitive';

const OPTIONS: OptionNames<CacheOptions<unknown>> = {
  operation: true,
  key: true,
  vary: true,
  model: true,
  form: true,
  answers: true,
  secret: true,
  scope: true,
  store: true,
  compression: true,
  encryption: true,
  lease: true,
  copy: true,
  ttlMs: true,
  ttlJitter: true,
  staleWhileRevalidateMs: true,
  refreshTimeoutMs: true,
  staleIfErrorMs: true,
  staleIf: true,
  tags: true,
  maxEntryLength: true,
  isCacheable: true,
  cacheToolCalls: true,
  cacheRefusals: true,
  validate: true,
  cost: true,
  provider: true,
  prices: true,
  random: true,
};

/** @throws TypeError or RangeError that names the option, the value and what is allowed */
export function checkCacheOptions<I>(options: CacheOptions<I>): void {
  checkNoUnknown(OWNER, options, OPTIONS);
  const { operation, scope, store, prices } = options;
  if (operation !== undefined && (typeof operation !== 'string' || operation === '')) {
    throw new TypeError(refusal(OWNER, 'operation', operation, 'a string that is not empty'));
  }
  if (scope !== undefined && typeof scope !== 'function' && !['tenant', 'user', 'shared'].includes(scope)) {
    throw new TypeError(refusal(OWNER, 'scope', scope, "'tenant', 'user', 'shared' or a function"));
  }
  if (options.copy !== undefined) checkOneOf(OWNER, 'copy', options.copy, ['clone', 'share']);
  if (options.answers !== undefined) checkOneOf(OWNER, 'answers', options.answers, ['objects', 'bytes']);
  const { key, isCacheable, validate, cost, staleIf, tags, random } = options;
  for (const [name, value] of Object.entries({ key, isCacheable, validate, cost, staleIf, tags, random })) {
    if (value !== undefined) checkFunction(OWNER, name, value);
  }
  checkLeaseOptions(options.lease);
  if (store !== undefined) checkStore(OWNER, 'store', store);
  if (prices !== undefined) checkFunction(OWNER, 'prices.price', prices?.price);
  checkNumbers(options);
  checkKeyOptions(options);
}

function checkNumbers<I>(options: CacheOptions<I>): void {
  const { ttlMs, ttlJitter, refreshTimeoutMs, maxEntryLength } = options;
  if (typeof ttlMs !== 'function' && ttlMs !== undefined) checkNumber(OWNER, 'ttlMs', ttlMs, { above: 0 });
  if (ttlJitter !== undefined) checkNumber(OWNER, 'ttlJitter', ttlJitter, { atLeast: 0, atMost: 0.9 });
  if (refreshTimeoutMs !== undefined) checkNumber(OWNER, 'refreshTimeoutMs', refreshTimeoutMs, { above: 0 });
  const { staleWhileRevalidateMs, staleIfErrorMs } = options;
  for (const [name, value] of Object.entries({ staleWhileRevalidateMs, staleIfErrorMs, maxEntryLength })) {
    if (value !== undefined) checkNumber(OWNER, name, value, { atLeast: 0 });
  }
}

function checkKeyOptions<I>({ model, form, secret, cacheToolCalls, cacheRefusals }: CacheOptions<I>): void {
  if (model !== undefined && typeof model !== 'function' && (typeof model !== 'string' || model === '')) {
    throw new TypeError(refusal(OWNER, 'model', model, 'a string that is not empty or a function'));
  }
  if (form !== undefined && typeof form !== 'function' && !['whole', 'stream'].includes(form)) {
    throw new TypeError(refusal(OWNER, 'form', form, "'whole', 'stream' or a function"));
  }
  if (secret !== undefined) checkSecret(OWNER, 'secret', secret);
  for (const [name, value] of Object.entries({ cacheToolCalls, cacheRefusals })) {
    if (value !== undefined && typeof value !== 'boolean') {
      throw new TypeError(refusal(OWNER, name, value, 'true or false'));
    }
  }
}

/** What codes payloads; undefined where nothing is asked for. @throws TypeError or RangeError that names the option */
export function payloadCodecOf<I>({ compression, encryption }: CacheOptions<I>): PayloadCodec | undefined {
  if (compression === undefined && encryption === undefined) return undefined;
  return new PayloadCodec(OWNER, { compression, encryption });
}
