import type { Usage } from '../../llm/usage.ts';

/** Why a route was taken when the strategy itself gives no word of its own. */
export type RouterReason = 'routing_function' | 'invalid_route_fallback' | 'routing_error_fallback';

declare module 'tta-dev-primitives' {
  interface Facts {
    /** Stated first, because every metric of a router is told apart by it. */
    'router.route': string;
    'router.reason': RouterReason | (string & {});
    /** The class of the error that a route ended with: a closed set, never a message. */
    'router.errorType': string;
    /** Cost had the baseline answered, less the cost of the route, in US dollars; negative when the route cost more. */
    'router.savedUsd': number;
    /** An answer whose cost or baseline is not known; it is counted, never guessed. */
    'router.unpriced': true;
    'llm.provider': string;
    'llm.model': string;
    'llm.usage': Usage;
    'llm.costUsd': number;
  }
}
