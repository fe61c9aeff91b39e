export { isLimitError, LimitError, type LimitErrorInit } from '../limits/limit-error.ts';
export type {
  BudgetLimit,
  ExpectedUse,
  LimitKind,
  LimitRefusal,
  LimitRequest,
  LimitReservation,
  LimitStore,
  Limits,
  LimitUse,
  LimitVerdict,
} from '../limits/limit-store.ts';
export { type MemoryLimitsOptions, memoryLimits } from '../limits/memory-limits.ts';
export { type RedisLimitsOptions, redisLimits } from '../limits/redis/redis-limits.ts';
export type { CostEstimate } from '../llm/estimate/cost-estimate.ts';
export type { IoRedisLike, NodeRedisLike, RedisClientLike } from '../store/redis/redis-client.ts';
export type { StoreErrorReason } from '../store/store-error-reason.ts';
export type { StoreLogger } from '../store/store-logger.ts';
export type { CostFunction, UnpaidAnswer } from './cache/answer-cost.ts';
export type { CacheOptions } from './cache/cache-options.ts';
export { CachePrimitive } from './cache/cache-primitive.ts';
export { type CacheRules, type CacheRulesKey, type CacheRulesOptions, cacheRules } from './cache/cache-rules.ts';
export type { CacheStats } from './cache/cache-stats.ts';
export { type CacheControl, withCacheControl } from './cache/control/cache-control.ts';
export { type CacheReport, cacheHeaders } from './cache/control/cache-report.ts';
export { isNotCachedError, NotCachedError } from './cache/control/not-cached-error.ts';
export { parseCacheControl } from './cache/control/parse-cache-control.ts';
export type { CacheableAnswer } from './cache/entry/cacheability.ts';
export type { CompressionOptions, EncryptionKey, EncryptionOptions } from './cache/entry/payload-coding.ts';
export type { TtlFunction } from './cache/entry-writer.ts';
export {
  type ExportOptions,
  exportEntries,
  type ImportOptions,
  type ImportReport,
  importEntries,
} from './cache/export-import.ts';
export type {
  CacheLeaseStanding,
  CacheOutcome,
  CacheSkipReason,
  CacheTier,
  FailureCause,
  InvalidationKind,
  RefreshOutcome,
  StaleCause,
} from './cache/facts.ts';
export type { LeaseOptions } from './cache/flight/lease/lease-options.ts';
export type { StaleIf } from './cache/freshness/stale-rules.ts';
export type { CacheScope } from './cache/request/cache-key.ts';
export type { FormOption } from './cache/request/request-reader.ts';
export { type FileStoreOptions, fileStore } from './cache/store/file/file-store.ts';
export type { GuardOptions } from './cache/store/guard/guard-options.ts';
export type { GuardableStore } from './cache/store/guard/guardable-store.ts';
export { guardedStore } from './cache/store/guard/guarded-store.ts';
export { type MemoryStoreOptions, memoryStore } from './cache/store/memory-store.ts';
export { type RedisStoreOptions, redisStore } from './cache/store/redis/redis-store.ts';
export {
  type AtomicOperations,
  type CacheStore,
  type GuardedStore,
  type ResidentValue,
  type StoredValue,
  type StoreEntry,
  StoreError,
  type StoreOperation,
} from './cache/store/store.ts';
export type { StoreSize } from './cache/store/store-size.ts';
export { type TieredStoreOptions, tieredStore } from './cache/store/tiered-store.ts';
export { type Acceptance, acceptAll, type StageAnswer, type Verdict } from './cascade/accept/acceptance.ts';
export { type AcceptArithmeticOptions, acceptArithmetic } from './cascade/accept/arithmetic.ts';
export { type AcceptCompleteOptions, acceptComplete } from './cascade/accept/complete.ts';
export { type AcceptJsonOptions, acceptJson, type StandardSchema } from './cascade/accept/json.ts';
export { type AcceptLearnedOptions, acceptLearned, type Verifier } from './cascade/accept/learned.ts';
export { type AcceptNumberOptions, acceptNumber, lastNumberIn } from './cascade/accept/number.ts';
export { acceptPattern } from './cascade/accept/pattern.ts';
export { agreement, type ComparisonOptions, type Extract } from './cascade/agreement.ts';
export type {
  CascadeOptions,
  JudgedStep,
  StageInit,
} from './cascade/cascade-options.ts';
export { CascadePrimitive } from './cascade/cascade-primitive.ts';
export type { CascadeQuality, CascadeStats, StageStats } from './cascade/cascade-statistics.ts';
export { type CertifiedCascadeOptions, certifiedCascade } from './cascade/certified.ts';
export type { CascadeOutcome, CheckOutcome, QualityState, RejectionReason } from './cascade/facts.ts';
export type { CascadePromise } from './cascade/promise.ts';
export type { DifferingGrades, GradeDiffering } from './cascade/quality-watch.ts';
export { type SelfConsistencyOptions, selfConsistency } from './cascade/self-consistency.ts';
export type { CascadeStage, MemberInit } from './cascade/stage.ts';
export type { LimitOutcome } from './limit/facts.ts';
export type { LimitKey } from './limit/limit-key.ts';
export type { LimitOptions } from './limit/limit-options.ts';
export { LimitPrimitive } from './limit/limit-primitive.ts';
export type { LimitStats } from './limit/limit-stats.ts';
export { calledPrimitive, type PricedPrimitive, type PricedStep, pricedPrimitive } from './priced-step.ts';
export type { RouterErrorType, RouterFallbackCause, RouterReason, RouterRefusalReason } from './router/facts.ts';
export type { CooldownOptions } from './router/health/cooldown.ts';
export type { FallbackOption, FallbackPolicy } from './router/health/fallback.ts';
export { type RouteHealth, routeHealth } from './router/health/route-health.ts';
export type { RouteLimits } from './router/route-limits.ts';
export type { RouterOptions } from './router/router-options.ts';
export { RouterPrimitive } from './router/router-primitive.ts';
export type { RouterStats, RouteStats } from './router/router-statistics.ts';
export type { PricedRoute, RouteCandidate, RouteInit } from './router/routes.ts';
export { BudgetExceededError, isBudgetExceededError } from './router/strategies/budget/budget-exceeded-error.ts';
export { type BudgetOptions, type BudgetStrategy, byBudget } from './router/strategies/by-budget.ts';
export { byComplexity, type ComplexityBand, type ComplexityOptions } from './router/strategies/by-complexity.ts';
export { byCost } from './router/strategies/by-cost.ts';
export { byLatency, type LatencyOptions } from './router/strategies/by-latency.ts';
export { byLearned, type LearnedOptions } from './router/strategies/by-learned.ts';
export { byLeastBusy } from './router/strategies/by-least-busy.ts';
export { byRules, type RoutingRule } from './router/strategies/by-rules.ts';
export { bySticky, type StickyOptions } from './router/strategies/by-sticky.ts';
export { byWeight, type WeightOptions } from './router/strategies/by-weight.ts';
export { firstOf } from './router/strategies/first-of.ts';
export type { KeyFunction } from './router/strategies/keyed-hash.ts';
export type { RuleCondition } from './router/strategies/rule-condition.ts';
export type {
  AnyStrategy,
  ClaimRoute,
  RouteNarrowing,
  RoutingDecision,
  RoutingFunction,
  RoutingRefusal,
  RoutingStrategy,
  RoutingVerdict,
  Settlement,
} from './router/strategy.ts';
export type { TimeoutOutcome, TimeoutPhase } from './timeout/facts.ts';
export type { StreamLimits } from './timeout/stream-limits.ts';
export { isTimeoutError, TimeoutError, type TimeoutErrorInit } from './timeout/timeout-error.ts';
export type { TimeoutRecord } from './timeout/timeout-history.ts';
export type { SoftAction, TimeoutLimit, TimeoutOptions } from './timeout/timeout-options.ts';
export { TimeoutPrimitive } from './timeout/timeout-primitive.ts';
export type { TimeoutStats } from './timeout/timeout-stats.ts';
