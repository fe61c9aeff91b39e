export type { CacheOutcome, CacheSkipReason, CacheTier, StoreErrorReason } from './cache/facts.ts';
export type { RouterErrorType, RouterReason } from './router/facts.ts';
export { type RouterOptions, RouterPrimitive } from './router/router-primitive.ts';
export type { RouterStats, RouteStats } from './router/router-statistics.ts';
export type { PricedRoute, RouteCandidate, RouteInit } from './router/routes.ts';
export type { RoutingDecision, RoutingFunction, RoutingStrategy } from './router/strategy.ts';
export type { TimeoutOutcome, TimeoutPhase } from './timeout/facts.ts';
