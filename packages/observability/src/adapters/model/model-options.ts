import type { RetryOptions } from 'tta-dev-primitives';
import { anyOption, nameOption, type OptionRulesOf, option } from 'tta-dev-primitives/internal';
import { type PriceSource, priceSourceOption } from '../../llm/money/price-source.ts';
import type { CacheOptions, LimitOptions, RouterOptions, TimeoutOptions } from '../../primitives/index.ts';

/** The primitives around the calls of a framework's model object. */
export interface ModelOptions<Request, Output> {
  /**
   * Time limits, see `TimeoutPrimitive`. Without `stream`, a stream may be silent for as long as `timeoutMs`.
   *
   * @defaultValue none
   */
  readonly timeout?: TimeoutOptions<Request, Output> | undefined;
  /** Answers repeated calls from a store, see `CachePrimitive`. @defaultValue nothing is stored */
  readonly cache?: CacheOptions<Request> | undefined;
  /**
   * Limits requests, tokens and money by tenant, user, model or tag, see `LimitPrimitive`. Cache hits do not count.
   *
   * @defaultValue no limits
   */
  readonly limit?: LimitOptions<Request> | undefined;
  /**
   * Retries temporary failures, see `RetryPrimitive`. The framework then does not retry as well. @defaultValue the
   * framework retries
   */
  readonly retry?: RetryOptions | undefined;
  /** The tenant of the calls. @defaultValue the tenant of `runInContext` */
  readonly tenantId?: string | undefined;
  /** Where prices come from. @defaultValue bundledPrices */
  readonly prices?: PriceSource | undefined;
  /** Names the workflow in metrics and errors, and is part of every cache key. @defaultValue the name of the framework, such as `'ai_sdk'` */
  readonly operation?: string | undefined;
}

/** The primitives around several models, and how one of the models is picked. */
export interface RoutedOptions<Request, Output, Name extends string> extends ModelOptions<Request, Output> {
  /** Picks the route, see `RouterPrimitive`. */
  readonly strategy: RouterOptions<Request, Name>['strategy'];
  /** The route that is taken when the strategy cannot decide. @defaultValue the first route */
  readonly defaultRoute?: NoInfer<Name> | undefined;
  /** The route that savings are measured against. @defaultValue none, and no saving is reported */
  readonly baseline?: NoInfer<Name> | undefined;
  /** Whether another route replaces a failing one, until the first part of a stream. @defaultValue false */
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
