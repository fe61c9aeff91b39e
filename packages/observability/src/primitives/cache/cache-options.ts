import type { WorkflowContext } from 'tta-dev-primitives';
import {
  anyOption,
  booleanOption,
  checkFunction,
  checkNumber,
  checkOneOf,
  functionOption,
  numberOption,
  type OptionRule,
  type OptionRules,
  option,
  readOptions,
  refusal,
  type WithFallbacks,
  wordOption,
} from 'tta-dev-primitives/internal';
import type { PriceSource } from '../../llm/money/price-source.ts';
import type { CostFunction } from './answer-cost.ts';
import type { CacheableAnswer } from './entry/cacheability.ts';
import type { AnswerKind } from './entry/entry-reader.ts';
import type { CompressionOptions, EncryptionOptions } from './entry/payload-coding.ts';
import type { TtlFunction } from './entry-writer.ts';
import { type LeaseOptions, leaseTerms } from './flight/lease/lease-options.ts';
import type { StaleIf } from './freshness/stale-rules.ts';
import type { CacheScope } from './request/cache-key.ts';
import { checkSecret } from './request/cache-key.ts';
import type { FormOption } from './request/request-reader.ts';
import { type CacheStore, checkStore } from './store/store.ts';

export interface CacheOptions<I> {
  /** Names the cache in metrics, and is part of every key: two operations never share answers. @defaultValue the step's name */
  readonly operation?: string | undefined;
  /**
   * Returns what decides the answer: any JSON-like value, synchronously. Two inputs with equal values get the same
   * answer.
   *
   * @defaultValue the input; for a request to a model, without the fields that do not change its answer
   */
  readonly key?: ((input: I, context: WorkflowContext) => unknown) | undefined;
  /**
   * Anything else that distinguishes answers, as a value or a function: the provider and its base URL, the model behind
   * an alias, the version of a prompt template, of the tools, of an index.
   *
   * @defaultValue none
   */
  readonly vary?: unknown;
  /**
   * The model behind an alias or a group. It replaces the model of the request in the key.
   *
   * @defaultValue the model that the request names
   */
  readonly model?: string | ((input: I, context: WorkflowContext) => string) | undefined;
  /**
   * Whether the step answers whole or with a stream, for requests that do not say so. One stored answer then serves
   * both steps that answer whole and steps that stream.
   *
   * @defaultValue what the request says; otherwise the stored answer is returned in the form in which the step gave it
   */
  readonly form?: FormOption<I> | undefined;
  /**
   * What the step returns: objects and streams of objects, or HTTP responses (a `Response`, or a record with a status,
   * headers and a body). A stored answer of the other kind is not served. Set `'bytes'` if processes are short-lived or
   * share a store. Without it, each process calls the step once before it serves stored bytes.
   *
   * @defaultValue what the step has returned in this process; `'objects'` before its first answer
   */
  readonly answers?: AnswerKind | undefined;
  /**
   * Makes keys with HMAC-SHA-256 instead of SHA-256. A reader of the store then cannot test which requests were made.
   * At least 16 bytes; the same for all processes that share answers.
   *
   * @defaultValue no secret: a reader of the store who guesses a whole request can check whether it was made
   */
  readonly secret?: string | Uint8Array | undefined;
  /** Who shares stored answers. @defaultValue 'tenant' */
  readonly scope?: CacheScope | undefined;
  /** @defaultValue a `memoryStore()` of its own */
  readonly store?: CacheStore | undefined;
  /**
   * Compresses long answers in the store (zstd), which costs CPU time with every hit. It is worthwhile if the store is
   * small or far away.
   *
   * @defaultValue nothing is compressed
   */
  readonly compression?: CompressionOptions | undefined;
  /**
   * Encrypts answers in the store (AES-256-GCM). Usage, models and times stay readable, and keys are digests. Set `secret` too;
   * otherwise a reader of the store can test which requests were made. Answers that were stored unencrypted are not used.
   *
   * @defaultValue nothing is encrypted
   */
  readonly encryption?: EncryptionOptions | undefined;
  /**
   * How processes that share the store share a call: while one of them asks the step, the others wait for its answer.
   * `false` turns this off. If you set options, it also works in a store that does not declare itself shared.
   *
   * @defaultValue on if the store is shared and offers `atomic`, as `redisStore` does
   */
  readonly lease?: false | LeaseOptions | undefined;
  /**
   * How long an answer is fresh, in milliseconds, or a function of the answer. If the function does not return a number
   * above 0, the answer is not stored.
   *
   * @defaultValue 3_600_000, an hour
   */
  readonly ttlMs?: number | TtlFunction<I> | undefined;
  /**
   * Shortens the TTL of each answer at random by up to this share, from 0 to 0.9. Answers stored together then do not expire
   * together. No answer lives longer than `ttlMs`.
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
   * @defaultValue errors of a provider that is down (network, 5xx), returns unreadable answers, rate-limits (429), has no quota
   * or credit left (402) or is too slow (408, timeouts), and open circuits
   */
  readonly staleIf?: StaleIf | undefined;
  /**
   * The tags of a request, returned synchronously. `invalidateTag` invalidates all answers under a tag. If this function fails
   * for a request, that request is not looked up.
   *
   * @defaultValue none
   */
  readonly tags?: ((input: I, context: WorkflowContext) => readonly string[]) | undefined;
  /**
   * Whether each caller gets its own copy of a hit, or all callers share one deeply frozen answer. Sharing saves the
   * copy if the store keeps values in this process. An answer from any other store is always a copy.
   *
   * @defaultValue 'clone'
   */
  readonly copy?: 'clone' | 'share' | undefined;
  /** The largest answer that is stored, in characters of JSON. @defaultValue 4_194_304 */
  readonly maxEntryLength?: number | undefined;
  /** Decides what is stored, in place of the built-in rules. Their verdict is passed as `objection`. */
  readonly isCacheable?: ((answer: CacheableAnswer<I>, context: WorkflowContext) => boolean) | undefined;
  /**
   * Whether to store answers that ask the application to call tools. @defaultValue false, because of loops with effects
   */
  readonly cacheToolCalls?: boolean | undefined;
  /** Whether refusals are stored. @defaultValue true */
  readonly cacheRefusals?: boolean | undefined;
  /**
   * Returns `true` if a value is valid. The value is the parsed JSON of each choice if the request asks for JSON.
   * Otherwise it is the output, or the array of chunks of a stream.
   *
   * @defaultValue everything is valid except text that is not JSON although the request asks for JSON
   */
  readonly validate?: ((value: unknown, input: I) => boolean) | undefined;
  /** What an answer would cost now, in US dollars. @defaultValue the price of its usage, by `priceOf` */
  readonly cost?: CostFunction<I> | undefined;
  /**
   * The provider that answers. It is part of the key, and its prices apply. @defaultValue not in the key; for prices,
   * guessed from the model's name
   */
  readonly provider?: string | undefined;
  /** @defaultValue bundledPrices */
  readonly prices?: PriceSource | undefined;
  /** Between 0 and 1; decides `ttlJitter`. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
}

type Check = OptionRule<undefined>['check'];

function allowed(what: string, isAllowed: (value: unknown) => boolean): Check {
  return (owner, name, value) => {
    if (!isAllowed(value)) throw new TypeError(refusal(owner, name, value, what));
  };
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

const isTtl: Check = (owner, name, value) =>
  typeof value === 'function' || checkNumber(owner, name, value, { above: 0 });

const RULES = {
  operation: option(allowed('a string that is not empty', isName)),
  key: functionOption(),
  vary: anyOption,
  model: option(allowed('a string that is not empty or a function', (it) => typeof it === 'function' || isName(it))),
  form: option(allowed("'whole', 'stream' or a function", isWordOrFunction('whole', 'stream'))),
  answers: option((owner, name, value) => checkOneOf(owner, name, value, ['objects', 'bytes'])),
  secret: option(checkSecret),
  scope: option<CacheScope>(
    allowed("'tenant', 'user', 'shared' or a function", isWordOrFunction('tenant', 'user', 'shared')),
    'tenant',
  ),
  store: option(checkStore),
  compression: anyOption, // checked by what compresses
  encryption: anyOption, // checked by what encrypts
  lease: option((_owner, _name, value) => void leaseTerms(value)),
  copy: wordOption(['clone', 'share'], 'clone'),
  ttlMs: option<number | TtlFunction>(isTtl, 3_600_000),
  ttlJitter: numberOption({ atLeast: 0, atMost: 0.9 }, 0.1),
  staleWhileRevalidateMs: numberOption({ atLeast: 0 }, 0),
  refreshTimeoutMs: numberOption({ above: 0 }, 60_000),
  staleIfErrorMs: numberOption({ atLeast: 0 }, 0),
  staleIf: functionOption(),
  tags: functionOption(),
  maxEntryLength: numberOption({ atLeast: 0 }, 4_194_304),
  isCacheable: functionOption(),
  cacheToolCalls: booleanOption(false),
  cacheRefusals: booleanOption(true),
  validate: functionOption(),
  cost: functionOption(),
  provider: anyOption,
  prices: option((owner, name, value) => checkFunction(owner, `${name}.price`, (value as PriceSource | null)?.price)),
  random: functionOption(Math.random),
} satisfies OptionRules<CacheOptions<unknown>>;

function isWordOrFunction(...words: readonly unknown[]): (value: unknown) => boolean {
  return (value) => typeof value === 'function' || words.includes(value);
}

/** The options with what they are when they are missing. */
export type ReadCacheOptions<I> = WithFallbacks<
  CacheOptions<I>,
  | 'scope'
  | 'copy'
  | 'ttlMs'
  | 'ttlJitter'
  | 'staleWhileRevalidateMs'
  | 'refreshTimeoutMs'
  | 'staleIfErrorMs'
  | 'maxEntryLength'
  | 'cacheToolCalls'
  | 'cacheRefusals'
  | 'random'
>;

/** @throws TypeError or RangeError that names the option, the value and what is allowed */
export function readCacheOptions<I>(options: CacheOptions<I>): ReadCacheOptions<I> {
  return readOptions('CachePrimitive', options, RULES);
}
