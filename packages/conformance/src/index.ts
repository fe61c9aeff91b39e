export { Bench, type Settled } from './bench.ts';
export type {
  BreakerAdapter,
  BreakerCapability,
  BreakerCase,
  BreakerCaseSettings,
  BreakerCaseStore,
  BreakerState,
  BreakerSubject,
  GuardedWork,
} from './breaker/breaker-adapter.ts';
export { breakerCases } from './breaker/breaker-cases.ts';
export type {
  ConformanceAdapter,
  ConformanceCase,
  ConformanceResult,
  Verdict,
} from './conformance-case.ts';
export { type DialectCase, type DialectConformanceOptions, dialectConformance } from './dialect/dialect-conformance.ts';
export type {
  AnswerVector,
  DialectVector,
  DialectVectors,
  ExpectedReading,
  RequestVector,
  StreamVector,
} from './dialect/vector.ts';
export type {
  AttemptedWork,
  RetriedCall,
  RetryAdapter,
  RetryCapability,
  RetryCase,
  RetryCaseSettings,
  RetrySubject,
} from './retry/retry-adapter.ts';
export { retryCases } from './retry/retry-cases.ts';
export { type ConformanceOptions, runCase, runConformance } from './run-conformance.ts';
export type { OptionalMember } from './store/store-case.ts';
export {
  type StoreConformanceCase,
  type StoreConformanceOptions,
  storeConformance,
} from './store/store-conformance.ts';
export type {
  LimitedStream,
  StreamTimeoutAdapter,
  StreamTimeoutCapability,
  StreamTimeoutCase,
  StreamTimeoutCaseSettings,
} from './stream/stream-adapter.ts';
export { streamTimeoutCases } from './stream/stream-cases.ts';
export type {
  TimedCall,
  TimedWork,
  TimeoutAdapter,
  TimeoutCapability,
  TimeoutCase,
  TimeoutCaseSettings,
  TimeoutCounts,
  TimeoutSubject,
} from './timeout/timeout-adapter.ts';
export { timeoutCases } from './timeout/timeout-cases.ts';
