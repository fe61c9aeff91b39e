import type { RetryOptions, Step, WorkflowPrimitive } from 'tta-dev-primitives';
import {
  anyOption,
  booleanOption,
  checkFunction,
  functionOption,
  nameOption,
  numberOption,
  type OptionRules,
  option,
  readOptions,
  refusal,
  type WithFallbacks,
} from 'tta-dev-primitives/internal';
import { isPlainObject } from '../../llm/fields.ts';
import { type PriceSource, priceSourceOption } from '../../llm/money/price-source.ts';
import type { TokenPrice } from '../../llm/money/token-price.ts';
import type { CacheOptions, LimitOptions, RouteLimits, RouterOptions, TimeoutOptions } from '../../primitives/index.ts';
import type { FetchRequest } from './fetch-call.ts';
import { type FetchTarget, TARGET_RULES } from './target.ts';

/** A route: another model, server or account, and what is needed to price its answers. */
export interface FetchRoute extends FetchTarget {
  /** Who serves the model, as OpenTelemetry or the price source names it. @defaultValue told from the address */
  readonly provider?: string | undefined;
  /** What its tokens cost, instead of asking the price source. */
  readonly price?: TokenPrice | undefined;
  /** What the route can do; enforced by `byRules`. @defaultValue everything */
  readonly limits?: RouteLimits | undefined;
}

export interface FetchOptions<Name extends string = string> {
  /**
   * Time limits, see `TimeoutPrimitive`. Without `stream`, a stream may be silent for as long as `timeoutMs`.
   *
   * @defaultValue none
   */
  readonly timeout?: TimeoutOptions<FetchRequest, Response> | undefined;
  /** Answers repeated requests from a store, see `CachePrimitive`. @defaultValue nothing is stored */
  readonly cache?: CacheOptions<FetchRequest> | undefined;
  /**
   * Limits requests, tokens and money by tenant, user, model or tag, see `LimitPrimitive`. Cache hits do not count.
   *
   * @defaultValue no limits
   */
  readonly limit?: LimitOptions<FetchRequest> | undefined;
  /** Retries temporary failures, see `RetryPrimitive`. The SDK is told not to retry. @defaultValue the SDK retries */
  readonly retry?: RetryOptions | undefined;
  /**
   * Routes for text requests; `{}` sends the request unchanged. All routes must accept the same wire format. Embeddings
   * are not routed.
   *
   * @defaultValue the request unchanged
   */
  readonly routes?: Readonly<Record<Name, FetchRoute>> | undefined;
  /** Picks the route, see `RouterPrimitive`. @defaultValue the first route */
  readonly strategy?: RouterOptions<FetchRequest, Name>['strategy'] | undefined;
  /** The route that is taken when the strategy cannot decide. @defaultValue the first route */
  readonly defaultRoute?: NoInfer<Name> | undefined;
  /**
   * The route that savings are measured against; `{}` is the model that the caller asked for. @defaultValue none, and
   * no saving is reported
   */
  readonly baseline?: NoInfer<Name> | undefined;
  /** Whether another route replaces a failing one, until the first chunk of its answer. @defaultValue false */
  readonly fallback?: RouterOptions<FetchRequest, Name>['fallback'] | undefined;
  /**
   * Your own workflow, instead of all options above. It receives the call as a step and can put any primitives around
   * it.
   *
   * @defaultValue timeout, cache, limit, router and retry, from the outside in, as far as their options are set
   */
  readonly workflow?: ((call: WorkflowPrimitive<FetchRequest, Response>) => Step<FetchRequest, Response>) | undefined;
  /** The tenant of the request: a name, or a function of the request. @defaultValue the tenant of `runInContext` */
  readonly tenantId?: string | ((request: FetchRequest) => string | undefined) | undefined;
  /** The source of prices. @defaultValue bundledPrices */
  readonly prices?: PriceSource | undefined;
  /** Names the workflow in metrics and errors, and is part of every cache key. @defaultValue 'fetch' */
  readonly operation?: string | undefined;
  /**
   * Whether to request the usage of streams from providers that leave it out. Without usage, the cost is unknown.
   * @defaultValue true
   */
  readonly includeUsage?: boolean | undefined;
  /**
   * How long a caller may leave a stream unread before it is closed, in milliseconds: some SDKs do not signal that
   * their caller has left.
   *
   * @defaultValue `timeout.stream.idleMs`, and at least 60_000
   */
  readonly unreadMs?: number | undefined;
  /** The `fetch` that sends the requests. @defaultValue the global `fetch` at the time of the call */
  readonly fetch?: typeof fetch | undefined;
}

export const OWNER = 'ttaFetch';

const RULES = {
  timeout: anyOption, // the primitives check their own
  cache: anyOption,
  limit: anyOption,
  retry: anyOption,
  routes: anyOption,
  strategy: anyOption,
  defaultRoute: anyOption,
  baseline: anyOption,
  fallback: anyOption,
  workflow: functionOption(),
  tenantId: option((owner, name, value) => {
    if (typeof value !== 'function') nameOption.check(owner, name, value);
  }),
  prices: priceSourceOption,
  operation: option(nameOption.check, 'fetch'),
  includeUsage: booleanOption(true),
  unreadMs: numberOption({ above: 0, allowInfinity: true }),
  fetch: option(checkFunction),
} satisfies OptionRules<FetchOptions>;

const ROUTE_RULES: OptionRules<FetchRoute> = {
  ...TARGET_RULES,
  provider: anyOption, // the call and the router check these
  price: anyOption,
  limits: anyOption,
};

/** What a workflow of one's own takes the place of. */
const BUILT_IN = ['timeout', 'cache', 'limit', 'retry', 'routes', 'fallback'] as const;

/** What says nothing without routes. */
const OF_ROUTES = ['strategy', 'defaultRoute', 'baseline', 'fallback'] as const;

/** The options with what they are when they are missing. */
export type ReadFetchOptions<Name extends string> = WithFallbacks<FetchOptions<Name>, 'operation' | 'includeUsage'>;

/** @throws TypeError or RangeError that names the option */
export function readFetchOptions<Name extends string>(options: FetchOptions<Name>): ReadFetchOptions<Name> {
  const read = readOptions<FetchOptions<Name>, typeof RULES>(OWNER, options, RULES);
  const { routes, workflow } = read;
  const needless = workflow === undefined ? [] : [...BUILT_IN, ...OF_ROUTES].filter((name) => read[name] !== undefined);
  if (needless.length > 0) {
    throw new TypeError(
      `${OWNER}: ${needless[0]} has no effect beside workflow; use the primitive inside the workflow`,
    );
  }
  const [lost] = routes === undefined ? OF_ROUTES.filter((name) => read[name] !== undefined) : [];
  if (lost !== undefined) throw new TypeError(`${OWNER}: ${lost} needs routes`);
  if (routes !== undefined && (!isPlainObject(routes) || Object.keys(routes).length === 0)) {
    throw new TypeError(refusal(OWNER, 'routes', routes, 'an object with at least one route'));
  }
  for (const [name, route] of Object.entries<FetchRoute>(routes ?? {})) {
    readOptions(OWNER, route, ROUTE_RULES, `routes[${JSON.stringify(name)}]`);
  }
  return read;
}
