import { type Context, TraceFlags, trace } from '@opentelemetry/api';
import type { Exemplar } from './series.ts';

/** A value with the span that is active in a context; undefined if that span is not sampled, because no trace could be shown for it. */
export function exemplarIn(context: Context, value: number): Exemplar | undefined {
  const span = trace.getSpanContext(context);
  if (span === undefined || (span.traceFlags & TraceFlags.SAMPLED) === 0) return undefined;
  return { traceId: span.traceId, spanId: span.spanId, value, epochMs: Date.now() };
}
