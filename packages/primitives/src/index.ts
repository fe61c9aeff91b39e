export { runInContext } from './ambient-context.ts';
export type { Clock } from './clock.ts';
export { switchOn, when } from './compose/conditional.ts';
export { parallel } from './compose/parallel.ts';
export { sequence } from './compose/sequence.ts';
export { workflow } from './compose/workflow.ts';
export { WorkflowContext } from './context.ts';
export type { Facts, NoteFact } from './facts.ts';
export { AllFailedError } from './failure/all-failed-error.ts';
export type { Failure, FailureKind } from './failure/failure.ts';
export { failureOf } from './failure/failure-of.ts';
export { type ExecutionIdentity, type Observer, registerObserver } from './observer.ts';
export { EmptyStreamError, firstChunkOf } from './output/first-chunk.ts';
export { followOutput } from './output/follow-output.ts';
export { readWhole } from './output/read-whole.ts';
export { type Step, type StepFunction, step, WorkflowPrimitive } from './primitive.ts';
export { BulkheadFullError, type BulkheadOptions, BulkheadPrimitive } from './recovery/bulkhead-primitive.ts';
export {
  CircuitBreakerPrimitive,
  type CircuitBreakerPrimitiveOptions,
} from './recovery/circuit-breaker/circuit-breaker-primitive.ts';
export { CircuitOpenError, isCircuitOpenError } from './recovery/circuit-breaker/circuit-open-error.ts';
export { CompensationPrimitive, compensable } from './recovery/compensation-primitive.ts';
export { FallbackPrimitive } from './recovery/fallback-primitive.ts';
export { fromCockatiel } from './recovery/from-cockatiel.ts';
export { type Backoff, constantBackoff, decorrelatedBackoff, exponentialBackoff } from './recovery/retry/backoff.ts';
export { RetryBudget } from './recovery/retry/retry-budget.ts';
export { type RetryOptions, RetryPrimitive } from './recovery/retry/retry-primitive.ts';
export type { Report } from './report/report.ts';
export { type ReportSummary, registerSummary } from './report/summary.ts';
export type { ReportedExecution } from './report/tree-record.ts';
export { withObserver } from './report/with-observer.ts';
export { withReport } from './report/with-report.ts';
export type { RunningStep } from './running-step.ts';
