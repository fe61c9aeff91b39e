import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

/** A span that has ended, as tests look at it. */
export interface FinishedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly attributes: Attributes;
  readonly durationMs: number;
  readonly isError: boolean;
}

/** Holds the newest spans only, so that a long test run does not grow for ever. */
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
      spans.splice(0, spans.length - MAX_SPANS);
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
