import type { RetryOptions } from 'tta-dev-primitives';
import {
  anyOption,
  nameOption,
  type OptionRules,
  option,
  readOptions,
  type WithFallbacks,
} from 'tta-dev-primitives/internal';
import { type PriceSource, priceSourceOption } from '../../llm/money/price-source.ts';
import type { CacheOptions, RouterOptions, TimeoutOptions } from '../../primitives/index.ts';
import type { SdkOutput, SdkRequest } from './model-request.ts';

/** What is put around the calls of a model of the AI SDK. */
export interface MiddlewareOptions {
  /**
   * Limits in time, see `TimeoutPrimitive`. Without `stream`, a stream may be silent for as long as `timeoutMs`.
   *
   * @defaultValue none
   */
  readonly timeout?: TimeoutOptions<SdkRequest, SdkOutput> | undefined;
  /** Answers repeated calls from a store, see `CachePrimitive`. @defaultValue nothing is stored */
  readonly cache?: CacheOptions<SdkRequest> | undefined;
  /** Tries again what may pass, see `RetryPrimitive`; the SDK is kept from retrying too. @defaultValue the SDK retries */
  readonly retry?: RetryOptions | undefined;
  /** Whose calls they are. @defaultValue the tenant of `runInContext` */
  readonly tenantId?: string | undefined;
  /** Where prices come from. @defaultValue bundledPrices */
  readonly prices?: PriceSource | undefined;
  /** Names the workflow in metrics and errors, and is part of every cache key. @defaultValue 'ai_sdk' */
  readonly operation?: string | undefined;
}

/** What is put around several models, and how one of them is picked. */
export interface RoutedModelOptions<Name extends string = string> extends MiddlewareOptions {
  /** Picks the route, see `RouterPrimitive`. */
  readonly strategy: RouterOptions<SdkRequest, Name>['strategy'];
  /** The route that is taken when the strategy cannot decide. @defaultValue the first route */
  readonly defaultRoute?: NoInfer<Name> | undefined;
  /** The route that savings are claimed against. @defaultValue none, and then no saving is claimed */
  readonly baseline?: NoInfer<Name> | undefined;
  /** Whether a failing route gives way to another, until the first part of a stream. @defaultValue false */
  readonly fallback?: RouterOptions<SdkRequest, Name>['fallback'] | undefined;
}

const RULES = {
  timeout: anyOption, // the primitives check their own
  cache: anyOption,
  retry: anyOption,
  tenantId: nameOption,
  prices: priceSourceOption,
  operation: option(nameOption.check, 'ai_sdk'),
} satisfies OptionRules<MiddlewareOptions>;

const ROUTED_RULES = {
  ...RULES,
  strategy: anyOption, // the router checks these
  defaultRoute: anyOption,
  baseline: anyOption,
  fallback: anyOption,
} satisfies OptionRules<RoutedModelOptions>;

export type ReadOptions = WithFallbacks<MiddlewareOptions, 'operation'>;

export type ReadRoutedOptions<Name extends string> = WithFallbacks<RoutedModelOptions<Name>, 'operation'>;

/** @throws TypeError or RangeError that names the option */
export function readMiddlewareOptions(options: MiddlewareOptions): ReadOptions {
  return readOptions<MiddlewareOptions, typeof RULES>('ttaMiddleware', options, RULES);
}

/** @throws TypeError or RangeError that names the option */
export function readRoutedOptions<Name extends string>(options: RoutedModelOptions<Name>): ReadRoutedOptions<Name> {
  return readOptions<RoutedModelOptions<Name>, typeof ROUTED_RULES>('routedModel', options, ROUTED_RULES);
}
