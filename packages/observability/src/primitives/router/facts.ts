import type { Usage } from '../../llm/usage.ts';

/** Why a route was taken when the strategy itself gives no word of its own. */
export type RouterReason = 'routing_function' | 'invalid_route_fallback' | 'routing_error_fallback';

/** The classes of errors with which a route may end; `http_4xx` are those without a word of their own. */
export type RouterErrorType =
  | 'authentication'
  | 'cancelled'
  | 'http_4xx'
  | 'http_5xx'
  | 'network'
  | 'rate_limit'
  | 'timeout'
  | 'other';

declare module 'tta-dev-primitives' {
  interface Facts {
    /** Stated first, because every metric of a router is told apart by it. */
    'router.route': string;
    'router.reason': RouterReason | (string & {});
    /** The class of the error that a route ended with; not stated when the caller gave up. */
    'router.errorType': RouterErrorType;
    /**
     * Cost had the baseline answered, less the cost of the route, in US dollars; negative when the route cost more. An estimate:
     * it prices the tokens of the answer that was given, and the baseline might have used others.
     */
    'router.savedUsd': number;
    /** An answer whose cost, or whose cost at the baseline, is not known; it is counted, never guessed. */
    'router.unpriced': true;
    'llm.provider': string;
    'llm.model': string;
    'llm.usage': Usage;
    'llm.costUsd': number;
  }
}
