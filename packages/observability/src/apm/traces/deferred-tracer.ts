import {
  type Context,
  context as contexts,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  type Span,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  TraceFlags,
  trace as traces,
} from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { SpanStarter } from '../../telemetry/spans/execution-span.ts';
import type { TraceSdk } from '../sdk.ts';
import { DeferredSpan, type SpanOrigin } from './deferred-span.ts';
import { OpenTrace } from './open-trace.ts';
import type { Sampling } from './sampling.ts';
import type { TraceBuffer } from './trace-buffer.ts';

export interface DeferredTracerOptions
  extends Pick<SpanOrigin, 'resource' | 'instrumentationScope' | 'longestText' | 'completesLate'> {
  readonly sampling: Sampling;
  /** Undefined if the ratio alone decides. */
  readonly buffer: TraceBuffer | undefined;
  /** Takes the spans of sampled traces. */
  readonly handOn: (span: ReadableSpan) => void;
  /** The processors of the user. They get each kept span: at its start if that is known then, otherwise when it is kept. */
  readonly listeners: readonly SpanProcessor[];
}

/** Starts spans that cost little until it is known whether they are kept. */
export class DeferredTracer implements SpanOrigin, SpanStarter {
  readonly resource: SpanOrigin['resource'];
  readonly instrumentationScope: SpanOrigin['instrumentationScope'];
  readonly longestText: number;
  readonly completesLate: boolean;
  readonly namesLate: boolean;
  readonly #options: DeferredTracerOptions;
  readonly #ids: InstanceType<TraceSdk['traces']['RandomIdGenerator']>;
  readonly #isSuppressed: TraceSdk['core']['isTracingSuppressed'];
  /** The contexts of the spans that listeners have not heard of. */
  readonly #unannounced = new WeakMap<DeferredSpan, Context>();

  constructor({ traces: { RandomIdGenerator }, core }: TraceSdk, options: DeferredTracerOptions) {
    this.resource = options.resource;
    this.instrumentationScope = options.instrumentationScope;
    this.longestText = options.longestText;
    this.completesLate = options.completesLate;
    this.namesLate = options.listeners.length === 0;
    this.#options = options;
    this.#ids = new RandomIdGenerator();
    this.#isSuppressed = core.isTracingSuppressed;
  }

  startSpan(name: string, options: SpanOptions = {}, context: Context = contexts.active()): Span {
    if (this.#isSuppressed(context)) return traces.wrapSpanContext(INVALID_SPAN_CONTEXT);
    const around = options.root === true ? undefined : traces.getSpan(context);
    if (around instanceof DeferredSpan) return this.#start(around.trace, around, name, options, context);
    const outer = around?.spanContext();
    const parent = outer !== undefined && isSpanContextValid(outer) ? outer : undefined;
    const { sampling, buffer } = this.#options;
    if (around !== undefined && buffer === undefined && isLeftOut(around, parent)) return around;
    const traceId = parent?.traceId ?? this.#ids.generateTraceId();
    const isSampled = sampling.isSampled(traceId, parent);
    if (!isSampled && buffer === undefined) return unrecorded(traceId, this.newSpanId());
    const trace =
      isSampled || buffer === undefined
        ? new OpenTrace(traceId, true)
        : (buffer.openTrace(traceId) ?? buffer.begin(traceId));
    return this.#start(trace, parent, name, options, context);
  }

  newSpanId(): string {
    return this.#ids.generateSpanId();
  }

  started(span: DeferredSpan): void {
    const { trace } = span;
    trace.openSpans += 1;
    if (span.isOutermost && trace.decision === 'open') trace.roots.push(span);
  }

  ended(span: DeferredSpan): void {
    const { buffer, handOn, listeners } = this.#options;
    if (!this.#unannounced.has(span)) for (const listener of listeners) listener.onEnding?.(span);
    if (span.trace.decision === 'sampled' || buffer === undefined) handOn(span);
    else buffer.add(span.trace, span, span.bytes);
  }

  completing(span: DeferredSpan, complete: () => void): void {
    const context = this.#unannounced.get(span);
    if (context === undefined) {
      complete();
      return;
    }
    this.#unannounced.delete(span);
    for (const listener of this.#options.listeners) listener.onStart(span, context);
    complete();
    for (const listener of this.#options.listeners) listener.onEnding?.(span);
  }

  #start(
    trace: OpenTrace,
    parent: DeferredSpan | SpanContext | undefined,
    name: string,
    { kind = SpanKind.INTERNAL, startTime, attributes, links }: SpanOptions,
    context: Context,
  ): DeferredSpan {
    const span = new DeferredSpan(this, trace, parent, name, kind, startTime);
    this.started(span);
    if (attributes !== undefined) span.setAttributes(attributes);
    if (links !== undefined) span.addLinks(links);
    const { listeners } = this.#options;
    if (trace.isSampled) for (const listener of listeners) listener.onStart(span, context);
    else if (listeners.length > 0) this.#unannounced.set(span, context);
    return span;
  }
}

/** Whether a trace of this process was left out already: then one span stands for all of it. */
function isLeftOut(around: Span, parent: SpanContext | undefined): boolean {
  if (parent === undefined || parent.isRemote === true || around.isRecording()) return false;
  return (parent.traceFlags & TraceFlags.SAMPLED) === 0;
}

function unrecorded(traceId: string, spanId: string): Span {
  return traces.wrapSpanContext({ traceId, spanId, traceFlags: TraceFlags.NONE });
}
