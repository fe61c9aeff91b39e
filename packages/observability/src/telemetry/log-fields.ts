import { context, isSpanContextValid, trace } from '@opentelemetry/api';
import { executionAround } from './spans/linked-context.ts';

/** The fields that link a log line to its trace and its workflow. Unknown fields are missing. */
export interface LogFields {
  readonly trace_id?: string;
  readonly span_id?: string;
  /** `01` if the trace is sampled, `00` if it may be missing. */
  readonly trace_flags?: string;
  /** The name of the outermost primitive that is running. */
  readonly workflow?: string;
  readonly tenant?: string;
}

/**
 * Returns the fields that link a log line to the trace and the workflow that are running now.
 *
 * @example
 * ```ts
 * const log = pino({ mixin: logFields });
 * ```
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/ for the names of the first three
 */
export function logFields(): LogFields {
  const active = context.active();
  const span = trace.getSpanContext(active);
  const execution = executionAround(active);
  const tenant = execution?.context.tenantId;
  return {
    ...(span !== undefined &&
      isSpanContextValid(span) && {
        trace_id: span.traceId,
        span_id: span.spanId,
        trace_flags: (span.traceFlags & 1) === 1 ? '01' : '00',
      }),
    ...(execution !== undefined && { workflow: execution.name }),
    ...(tenant !== undefined && { tenant }),
  };
}
