import { type Context, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { noteDescribedCall } from '../../telemetry/spans/described-calls.ts';
import type { ForeignSpans } from './foreign-spans.ts';
import type { TraceBuffer } from './trace-buffer.ts';

/** About what a span of OpenTelemetry's SDK takes in memory. */
const BYTES_OF_A_FOREIGN_SPAN = 1_000;

/** Where spans wait for the decision on their trace. */
export interface WaitingSpans {
  readonly buffer: TraceBuffer;
  readonly foreign: ForeignSpans;
}

/** Hands the spans that are kept to the processors that send them; those of other libraries join the trace of ours that they are in. */
export class KeptSpansProcessor implements SpanProcessor {
  readonly #processors: readonly SpanProcessor[];
  readonly #waiting: WaitingSpans | undefined;

  constructor(processors: readonly SpanProcessor[], waiting: WaitingSpans | undefined) {
    this.#processors = processors;
    this.#waiting = waiting;
  }

  onStart(span: Span, parent: Context): void {
    noteDescribedCall(span, parent);
    const { traceId, traceFlags } = span.spanContext();
    if (this.#waiting !== undefined && (traceFlags & TraceFlags.SAMPLED) === 0) {
      const { buffer, foreign } = this.#waiting;
      foreign.hold(span, buffer.openTrace(traceId) ?? buffer.begin(traceId), parent);
      return;
    }
    for (const processor of this.#processors) processor.onStart(span, parent);
  }

  onEnding(span: Span): void {
    if (this.#waiting?.foreign.traceOf(span) !== undefined) return;
    for (const processor of this.#processors) processor.onEnding?.(span);
  }

  onEnd(span: ReadableSpan): void {
    const trace = this.#waiting?.foreign.traceOf(span);
    if (trace !== undefined) {
      this.#waiting?.buffer.add(trace, span, BYTES_OF_A_FOREIGN_SPAN);
      return;
    }
    for (const processor of this.#processors) processor.onEnd(span);
  }

  /** Sends what is decided. Traces that are still open go on waiting. */
  async forceFlush(): Promise<void> {
    await allOf(this.#processors.map((processor) => processor.forceFlush()));
  }

  async shutdown(): Promise<void> {
    this.#waiting?.buffer.decideAll();
    await allOf(this.#processors.map((processor) => processor.shutdown()));
  }
}

/** Waits for all of them, and then fails as the first one did. */
async function allOf(works: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(works);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
