export { type AbortSource, LazyController } from './abort-source.ts';
export { type DerivedController, deriveController, sleep, untilAborted } from './cancellation.ts';
export { type Clock, systemClock, type Timer } from './clock.ts';
export type { ParallelMode, ParallelOptions } from './compose/branches.ts';
export { type Condition, switchOn, when } from './compose/conditional.ts';
export { parallel } from './compose/parallel.ts';
export { type InputOf, type OutputOf, sequence } from './compose/sequence.ts';
export { type Checkpoint, type ChildContextInit, WorkflowContext, type WorkflowContextInit } from './context.ts';
export { delayBehindOwner, onDeadline } from './deadline.ts';
export type { PrimitiveTree, WorkflowDescription } from './describe.ts';
export type { Ending } from './ending.ts';
export type { FactName, Facts, NoteFact, StatedFact } from './facts.ts';
export { AllFailedError, allFailed } from './failure/all-failed-error.ts';
export { type Failure, type FailureKind, failureOfKind, isFailureKind } from './failure/failure.ts';
export { failureOf, isRetryable, retryAdvice, statedFailure, statusOf } from './failure/failure-of.ts';
export type { RetryAdvice } from './failure/retry-after.ts';
export { kindOfStatus } from './failure/status.ts';
export { kindOfWord } from './failure/words.ts';
export { type ExecutionIdentity, type Observer, type ObserverOptions, registerObserver } from './observer.ts';
export {
  checkBoolean,
  checkedVerdict,
  checkFunction,
  checkMethods,
  checkNoUnknown,
  checkNumber,
  checkOneOf,
  checkText,
  type NumberRange,
  type OptionNames,
  refusal,
} from './options.ts';
export { type ChunkReader, type ChunkReading, readChunk, registerChunkReader } from './output/chunk-reading.ts';
export { EmptyStreamError, type FirstChunkOptions, firstChunkOf } from './output/first-chunk.ts';
export type { Flow } from './output/flow.ts';
export type { StreamExpiry, StreamLimit, StreamPhase } from './output/flow-limits.ts';
export { discardOutput, endOutputWith, followOutput } from './output/follow-output.ts';
export { type ChunkSource, type Followed, flowOf, formOf, type StreamForm, streamOver } from './output/followed.ts';
export type { Gate, OutputEnd } from './output/gate.ts';
export { isAsyncIterable, isOngoing, isReadableStream, isResponse, isStream } from './output/kinds.ts';
export { followWhole, MAX_WHOLE_CHUNKS, readWhole, type WholeOutput } from './output/read-whole.ts';
export { withBody } from './output/response.ts';
export {
  asPrimitive,
  ParallelPrimitive,
  SequencePrimitive,
  type Step,
  type StepFunction,
  step,
  WorkflowPrimitive,
} from './primitive.ts';
export {
  BulkheadFullError,
  type BulkheadOptions,
  BulkheadPrimitive,
  type BulkheadStats,
} from './recovery/bulkhead-primitive.ts';
export { type CallResult, CircuitBreaker, type Permit } from './recovery/circuit-breaker/circuit-breaker.ts';
export type {
  CircuitBreakerOptions,
  CircuitState,
  CircuitTransition,
} from './recovery/circuit-breaker/circuit-breaker-options.ts';
export {
  CircuitBreakerPrimitive,
  type CircuitBreakerPrimitiveOptions,
  type CircuitBreakerStats,
  type CircuitOutcome,
} from './recovery/circuit-breaker/circuit-breaker-primitive.ts';
export { CircuitOpenError, isCircuitOpenError } from './recovery/circuit-breaker/circuit-open-error.ts';
export type { CircuitSnapshot, CircuitStore } from './recovery/circuit-breaker/circuit-store.ts';
export {
  type CompensableStep,
  type CompensationOptions,
  CompensationPrimitive,
  compensable,
} from './recovery/compensation-primitive.ts';
export { type FallbackOptions, type FallbackOutcome, FallbackPrimitive } from './recovery/fallback-primitive.ts';
export { type CockatielContext, type CockatielPolicy, fromCockatiel } from './recovery/from-cockatiel.ts';
export {
  type Backoff,
  type BackoffState,
  constantBackoff,
  type DecorrelatedBackoffOptions,
  decorrelatedBackoff,
  type ExponentialBackoffOptions,
  exponentialBackoff,
  type Jitter,
} from './recovery/retry/backoff.ts';
export { RetryBudget, type RetryBudgetOptions } from './recovery/retry/retry-budget.ts';
export { type RetryOptions, type RetryOutcome, RetryPrimitive } from './recovery/retry/retry-primitive.ts';
export type { CarriedObserver, ContextRecord } from './report/context-record.ts';
export type { ExecutionRecord } from './report/execution-record.ts';
export { allExecutions, factsIn, type ReadSummary, type ReportSummary, registerSummary } from './report/summary.ts';
export type { ReportedExecution } from './report/tree-record.ts';
export { withObserver } from './report/with-observer.ts';
export { type Report, type WithReport, withReport } from './report/with-report.ts';
export type { PartCall, RunningStep } from './running-step.ts';
