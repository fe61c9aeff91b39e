export { Bench, type Settled } from './conformance/bench.ts';
export type {
  BreakerAdapter,
  BreakerCapability,
  BreakerCase,
  BreakerCaseSettings,
  BreakerCaseStore,
  BreakerState,
  BreakerSubject,
  GuardedWork,
} from './conformance/breaker/breaker-adapter.ts';
export { breakerCases } from './conformance/breaker/breaker-cases.ts';
export type {
  ConformanceAdapter,
  ConformanceCase,
  ConformanceResult,
  Verdict,
} from './conformance/conformance-case.ts';
export type {
  AttemptedWork,
  RetriedCall,
  RetryAdapter,
  RetryCapability,
  RetryCase,
  RetryCaseSettings,
  RetrySubject,
} from './conformance/retry/retry-adapter.ts';
export { retryCases } from './conformance/retry/retry-cases.ts';
export { type ConformanceOptions, runCase, runConformance } from './conformance/run-conformance.ts';
export type {
  LimitedStream,
  StreamTimeoutAdapter,
  StreamTimeoutCapability,
  StreamTimeoutCase,
  StreamTimeoutCaseSettings,
} from './conformance/stream/stream-adapter.ts';
export { streamTimeoutCases } from './conformance/stream/stream-cases.ts';
export type {
  TimedCall,
  TimedWork,
  TimeoutAdapter,
  TimeoutCapability,
  TimeoutCase,
  TimeoutCaseSettings,
  TimeoutCounts,
  TimeoutSubject,
} from './conformance/timeout/timeout-adapter.ts';
export { timeoutCases } from './conformance/timeout/timeout-cases.ts';
export { type ManualClock, manualClock } from './manual-clock.ts';
export {
  type RecordedExecution,
  type RecordingObserver,
  recordingObserver,
} from './recording-observer.ts';
