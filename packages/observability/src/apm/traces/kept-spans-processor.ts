import { type Context, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { noteDescribedCall } from '../../telemetry/spans/described-calls.ts';
import type { TraceBuffer } from './trace-buffer.ts';

/** About what a span of OpenTelemetry's SDK takes in memory. */
const BYTES_OF_A_FOREIGN_SPAN = 1_000;

/** Hands the spans that are kept to the processors that send them; those of other libraries join the trace of ours that they are in. */
export class KeptSpansProcessor implements SpanProcessor {
  readonly #processors: readonly SpanProcessor[];
  readonly #buffer: TraceBuffer | undefined;

  constructor(processors: readonly SpanProcessor[], buffer: TraceBuffer | undefined) {
    this.#processors = processors;
    this.#buffer = buffer;
  }

  onStart(span: Span, parent: Context): void {
    noteDescribedCall(span, parent);
    const { traceId, traceFlags } = span.spanContext();
    if (this.#buffer !== undefined && (traceFlags & TraceFlags.SAMPLED) === 0) {
      const trace = this.#buffer.openTrace(traceId) ?? this.#buffer.begin(traceId);
      trace.openSpans += 1;
    }
    for (const processor of this.#processors) processor.onStart(span, parent);
  }

  onEnding(span: Span): void {
    for (const processor of this.#processors) processor.onEnding?.(span);
  }

  onEnd(span: ReadableSpan): void {
    if (this.#buffer !== undefined && (span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) {
      this.#buffer.addForeign(span, BYTES_OF_A_FOREIGN_SPAN);
      return;
    }
    for (const processor of this.#processors) processor.onEnd(span);
  }

  async forceFlush(): Promise<void> {
    this.#buffer?.decideAll();
    await Promise.all(this.#processors.map((processor) => processor.forceFlush()));
  }

  async shutdown(): Promise<void> {
    this.#buffer?.decideAll();
    await Promise.all(this.#processors.map((processor) => processor.shutdown()));
  }
}
