// What the packages of this workspace share beneath the public index. It may change in any release.
export { type AbortSource, LazyController, SignalSource } from './abort-source.ts';
export { currentContext } from './ambient-context.ts';
export { within, withinTime } from './bounded-wait.ts';
export { type DerivedController, deriveController, endingWith, sleep, untilAborted } from './cancellation.ts';
export { backgroundClock, systemClock, type Timer } from './clock.ts';
export type { ParallelMode, ParallelOptions } from './compose/branches.ts';
export type { Condition } from './compose/conditional.ts';
export type { InputOf, OutputOf } from './compose/sequence.ts';
export type { Checkpoint } from './context.ts';
export type { ChildContextInit, WorkflowContextInit } from './context-init.ts';
export { delayBehindOwner, onDeadline } from './deadline.ts';
export type { PrimitiveTree, WorkflowDescription } from './describe.ts';
export type { Ending } from './ending.ts';
export type { FactName, StatedFact } from './facts.ts';
export { allFailed } from './failure/all-failed-error.ts';
export { failureOfKind, isFailureKind } from './failure/failure.ts';
export { isRetryable, retryAdvice, statedFailure, statusOf } from './failure/failure-of.ts';
export type { RetryAdvice } from './failure/retry-after.ts';
export { kindOfStatus } from './failure/status.ts';
export { kindOfWord } from './failure/words.ts';
export type { FollowedExecution, FollowingObserver } from './following.ts';
export { type LocalServer, type LocalServerOptions, startServer } from './http/local-server.ts';
export { isLoopback, isThisMachine } from './http/loopback.ts';
export { isSameSecret } from './http/same-secret.ts';
export { ignoreRejection } from './ignore-rejection.ts';
export { type Linked, LinkedList } from './linked-list.ts';
export { nearestRank } from './nearest-rank.ts';
export { isContentRead, type ObserverOptions } from './observer.ts';
export {
  anyOption,
  booleanOption,
  functionOption,
  methodsOption,
  type NamesWithFallback,
  nameOption,
  numberOption,
  type OptionRule,
  type OptionRules,
  type OptionRulesOf,
  option,
  readOptions,
  required,
  textOption,
  type WithFallbacks,
  wordOption,
} from './option-rules.ts';
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
  refusal,
} from './options.ts';
export { type ChunkReader, type ChunkReading, readChunk, registerChunkReader } from './output/chunk-reading.ts';
export type { FirstChunkOptions } from './output/first-chunk.ts';
export type { Flow } from './output/flow.ts';
export type { StreamExpiry, StreamLimit, StreamPhase } from './output/flow-limits.ts';
export { discardOutput, endOutputWith } from './output/follow-output.ts';
export { type ChunkSource, type Followed, flowOf, formOf, type StreamForm, streamOver } from './output/followed.ts';
export type { Gate, OutputEnd } from './output/gate.ts';
export {
  holdsOngoing,
  isAsyncIterable,
  isOngoing,
  isReadableStream,
  isResponse,
  isStream,
  type ResponseLike,
} from './output/kinds.ts';
export type { Taker } from './output/pending-reads.ts';
export { followWhole, MAX_WHOLE_CHUNKS, type WholeOutput } from './output/read-whole.ts';
export { withBody } from './output/response.ts';
export { wholeBodyOf, wholeResponse } from './output/whole-response.ts';
export { ownText } from './own-text.ts';
export { asOnlyWork, asPrimitive, ParallelPrimitive, SequencePrimitive } from './primitive.ts';
export type { BulkheadStats } from './recovery/bulkhead-primitive.ts';
export { type CallResult, CircuitBreaker, type Permit } from './recovery/circuit-breaker/circuit-breaker.ts';
export type { CircuitBreakerOptions } from './recovery/circuit-breaker/circuit-breaker-options.ts';
export type { CircuitBreakerStats, CircuitOutcome } from './recovery/circuit-breaker/circuit-breaker-primitive.ts';
export type { CircuitState, CircuitTransition } from './recovery/circuit-breaker/circuit-state.ts';
export type { CircuitSnapshot, CircuitStore } from './recovery/circuit-breaker/circuit-store.ts';
export type { CompensableStep, CompensationOptions } from './recovery/compensation-primitive.ts';
export type { FallbackOptions, FallbackOutcome } from './recovery/fallback-primitive.ts';
export type { CockatielContext, CockatielPolicy } from './recovery/from-cockatiel.ts';
export type { OutcomeStats } from './recovery/outcome-counts.ts';
export type {
  BackoffState,
  DecorrelatedBackoffOptions,
  ExponentialBackoffOptions,
  Jitter,
} from './recovery/retry/backoff.ts';
export type { RetryBudgetOptions } from './recovery/retry/retry-budget.ts';
export type { RetryOutcome, RetryStats } from './recovery/retry/retry-primitive.ts';
export type { CarriedObserver, ContextRecord } from './report/context-record.ts';
export type { ExecutionRecord } from './report/execution-record.ts';
export { observeReports, type ReportObserver, type StartedRequest } from './report/observe-reports.ts';
export { requestOf } from './report/recorded.ts';
export { type RequestRecord, reportOf } from './report/report.ts';
export type { ReportedRequest } from './report/reported-request.ts';
export { allExecutions, factsIn, type ReadSummary } from './report/summary.ts';
export type { WithReport } from './report/with-report.ts';
export { Ring } from './ring.ts';
export { keepReportOpen, type PartCall } from './running-step.ts';
export { safely } from './safely.ts';
export { type ShareEstimate, wilson } from './wilson.ts';
