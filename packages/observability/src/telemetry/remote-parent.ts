import { type Context, createTraceState, trace } from '@opentelemetry/api';
import type { WorkflowContext } from 'tta-dev-primitives';

/**
 * The OpenTelemetry context to start a span in: the span that is active, or else the caller's in another process, if the metadata of the
 * workflow's context has its `traceparent`.
 */
export function withRemoteParent(active: Context, { metadata }: WorkflowContext): Context {
  const { traceparent, tracestate } = metadata;
  if (typeof traceparent !== 'string' || trace.getSpan(active) !== undefined) return active;
  const [, traceId = '', spanId = '', flags = ''] = traceparent.split('-');
  return trace.setSpanContext(active, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & 1,
    isRemote: true,
    ...(typeof tracestate === 'string' && { traceState: createTraceState(tracestate) }),
  });
}
