export {
  getMeter,
  getObservability,
  getTracer,
  initializeObservability,
  isObservabilityEnabled,
  shutdownObservability,
} from './apm/initialize-observability.ts';
export type { FinishedSpan, ObservabilityHandle, ObservabilityState } from './apm/observability-handle.ts';
export type { ObservabilityOptions, OtlpOptions } from './apm/options.ts';
export type { Problem, ProblemCode } from './apm/problem.ts';
export type {
  KeepOptions,
  SamplerLike,
  SpanExporterLike,
  SpanProcessorLike,
  TracesOptions,
} from './apm/traces/options.ts';
export { type LogFields, logFields } from './telemetry/log-fields.ts';
export type { CapturedContent, CapturedMessage, CapturedPart, Redact } from './telemetry/spans/captured-content.ts';
export type { TelemetryLevel } from './telemetry/spans/execution-span.ts';
