import type { LedgerBaseline, LedgerCandidate, LedgerRouteHealth, LedgerScore } from '../../llm/money/ledger/entry.ts';

/**
 * Why a route was taken when the strategy itself gives no word of its own: a function named it; or the default route is taken, as the
 * strategy named one that there is not, failed, had no opinion, or found none that can take the request.
 */
export type RouterReason =
  /** The request goes without savings, to measure them: the baseline is taken. */
  | 'hold_out'
  | 'routing_function'
  | 'invalid_route_fallback'
  | 'routing_error_fallback'
  | 'default_route'
  | 'no_route_fits';

/**
 * The classes of errors with which a route may end. `http_4xx` and `http_5xx` are refusals and troubles of the service without a word of
 * their own, whether it stated them by a status or within a stream; a `bad_response` could not be read, or ended before its finish.
 */
export type RouterErrorType =
  | 'authentication'
  | 'bad_response'
  | 'cancelled'
  | 'http_4xx'
  | 'http_5xx'
  | 'network'
  | 'rate_limit'
  | 'timeout'
  | 'other';

/** Why a router went on to another route: the class of the error, or that the route was cooling down or behind an open circuit. */
export type RouterFallbackCause = RouterErrorType | 'unavailable';

/** Why a router sent a request nowhere. */
export type RouterRefusalReason = 'budget_exhausted' | 'budget_unpriced' | 'other';

declare module 'tta-dev-primitives' {
  interface Facts {
    /** Stated first, because every metric of a router is told apart by it; again when a fallback takes another route. */
    'router.route': string;
    'router.reason': RouterReason | (string & {});
    /** The name of the strategy; not stated for a function. */
    'router.strategy': string;
    /** The score by which the strategy chose; stated only where a record of the request is kept. */
    'router.score': LedgerScore;
    /** All routes, as they were when the strategy decided; stated only where a record of the request is kept. */
    'router.candidates': readonly LedgerCandidate[];
    /** What the answer would have cost at the baseline; stated for each answer, if there is a baseline. */
    'router.baseline': LedgerBaseline;
    'router.health': LedgerRouteHealth;
    /** What the route's answer is expected to cost, in US dollars; not stated when its price is not known. */
    'router.estimatedCostUsd': number;
    /** The route that could not answer, and why; stated before the route that is tried in its place. */
    'router.fallback': { readonly route: string; readonly errorType: RouterFallbackCause };
    /** The strategy has refused to send the request anywhere. */
    'router.refusal': RouterRefusalReason;
    /** The class of the error that a route ended with; not stated when the caller gave up. */
    'router.errorType': RouterErrorType;
    /**
     * Cost had the baseline answered, less the cost of the route, in US dollars; negative when the route cost more. An estimate:
     * it prices the tokens of the answer that was given, and the baseline might have used others.
     */
    'router.savedUsd': number;
    /** An answer whose cost, or whose cost at the baseline, is not known; it is counted, never guessed. */
    'router.unpriced': true;
  }

  interface ReportSummary {
    /** The route that the outermost router took last. */
    route: string;
  }
}
