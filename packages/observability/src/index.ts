export type { ObservabilityHandle, ObservabilityState } from './apm/handle.ts';
export type { FinishedSpan } from './apm/memory-span-exporter.ts';
export {
  getMeter,
  getObservability,
  getTracer,
  initializeObservability,
  isObservabilityEnabled,
  shutdownObservability,
} from './apm/observability.ts';
export type { ObservabilityOptions, OtlpOptions } from './apm/options.ts';
export type { Problem, ProblemCode } from './apm/problem.ts';
export type { TelemetryLevel } from './telemetry/spans.ts';
