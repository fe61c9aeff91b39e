import type { RetryOptions } from 'tta-dev-primitives';
import { anyOption, nameOption, type OptionRulesOf, option } from 'tta-dev-primitives/internal';
import { type PriceSource, priceSourceOption } from '../../llm/money/price-source.ts';
import type { CacheOptions, LimitOptions, RouterOptions, TimeoutOptions } from '../../primitives/index.ts';

/** What is put around the calls of a model that a framework holds as an object. */
export interface ModelOptions<Request, Output> {
  /**
   * Limits in time, see `TimeoutPrimitive`. Without `stream`, a stream may be silent for as long as `timeoutMs`.
   *
   * @defaultValue none
   */
  readonly timeout?: TimeoutOptions<Request, Output> | undefined;
  /** Answers repeated calls from a store, see `CachePrimitive`. @defaultValue nothing is stored */
  readonly cache?: CacheOptions<Request> | undefined;
  /**
   * Limits requests, tokens and money by tenant, user, model or tag, see `LimitPrimitive`. Hits of the cache count for nothing.
   *
   * @defaultValue no limits
   */
  readonly limit?: LimitOptions<Request> | undefined;
  /** Tries again what may pass, see `RetryPrimitive`; the framework is kept from retrying too. @defaultValue the framework retries */
  readonly retry?: RetryOptions | undefined;
  /** Whose calls they are. @defaultValue the tenant of `runInContext` */
  readonly tenantId?: string | undefined;
  /** Where prices come from. @defaultValue bundledPrices */
  readonly prices?: PriceSource | undefined;
  /** Names the workflow in metrics and errors, and is part of every cache key. @defaultValue the name of the framework, such as `'ai_sdk'` */
  readonly operation?: string | undefined;
}

/** What is put around several models, and how one of them is picked. */
export interface RoutedOptions<Request, Output, Name extends string> extends ModelOptions<Request, Output> {
  /** Picks the route, see `RouterPrimitive`. */
  readonly strategy: RouterOptions<Request, Name>['strategy'];
  /** The route that is taken when the strategy cannot decide. @defaultValue the first route */
  readonly defaultRoute?: NoInfer<Name> | undefined;
  /** The route that savings are claimed against. @defaultValue none, and then no saving is claimed */
  readonly baseline?: NoInfer<Name> | undefined;
  /** Whether a failing route gives way to another, until the first part of a stream. @defaultValue false */
  readonly fallback?: RouterOptions<Request, Name>['fallback'] | undefined;
}

/**
 * How the options of a framework are checked; the primitives check their own.
 *
 * @param operation - the fallback of `operation`
 */
export function modelRules(operation: string): OptionRulesOf<ModelOptions<never, never>, 'operation'> {
  return {
    timeout: anyOption,
    cache: anyOption,
    limit: anyOption,
    retry: anyOption,
    tenantId: nameOption,
    prices: priceSourceOption,
    operation: option(nameOption.check, operation),
  };
}

/** The same for several models; the router checks its own. */
export function routedRules(operation: string): OptionRulesOf<RoutedOptions<never, never, string>, 'operation'> {
  return {
    ...modelRules(operation),
    strategy: anyOption,
    defaultRoute: anyOption,
    baseline: anyOption,
    fallback: anyOption,
  };
}
