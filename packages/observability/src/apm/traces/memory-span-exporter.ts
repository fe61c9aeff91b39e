import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { FinishedSpan } from '../observability-handle.ts';

/** As many of the newest spans are kept at least, and twice as many at most, so memory stays bounded in a long run. */
const MAX_SPANS = 10_000;

const ERROR = 2;

/** Keeps spans in memory, for tests. */
export interface MemorySpanExporter extends SpanExporter {
  /** The spans kept, in the order in which they ended. */
  readonly spans: readonly FinishedSpan[];
}

export function memorySpanExporter(): MemorySpanExporter {
  const spans: FinishedSpan[] = [];
  return {
    spans,
    export(ended, done) {
      spans.push(...ended.map(finishedSpan));
      if (spans.length >= 2 * MAX_SPANS) spans.splice(0, spans.length - MAX_SPANS); // now and then, because it moves all
      done({ code: 0 });
    },
    shutdown: async () => {},
  };
}

function finishedSpan(span: ReadableSpan): FinishedSpan {
  const { traceId, spanId } = span.spanContext();
  return {
    name: span.name,
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    attributes: span.attributes,
    durationMs: span.duration[0] * 1_000 + span.duration[1] / 1e6,
    isError: span.status.code === ERROR,
  };
}
