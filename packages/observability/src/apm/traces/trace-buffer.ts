import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { DeferredSpan } from './deferred-span.ts';
import { KEPT_BECAUSE, type KeepReason, type KeepRules, reasonToKeep } from './keep-rules.ts';
import { OpenTrace, type RootSpan } from './open-trace.ts';

/** How much may wait for a decision. */
export interface BufferLimits {
  readonly maxTraces: number;
  readonly maxSpans: number;
  readonly maxBytes: number;
}

export interface TraceBufferOptions {
  readonly rules: KeepRules;
  readonly limits: BufferLimits;
  /** Takes the spans that are kept. */
  readonly handOn: (span: ReadableSpan) => void;
  /** Turns a span of another library into the one that is sent. */
  readonly keepForeign: (span: ReadableSpan) => ReadableSpan;
  readonly onKept: (reason: KeepReason) => void;
  /** Told of each trace that had to be decided before it was complete, because the buffer was full. */
  readonly onEvicted: () => void;
}

/**
 * Holds the spans of traces that their ratio does not keep, until each trace is complete. A trace is complete when none of its spans is
 * open, which may be after its outermost span has ended. Then the trace is kept for what it turned out to be, or dropped.
 */
export class TraceBuffer {
  readonly #options: TraceBufferOptions;
  readonly #open = new Map<string, OpenTrace>();
  #spans = 0;
  #bytes = 0;

  constructor(options: TraceBufferOptions) {
    this.#options = options;
  }

  /** How many traces wait for a decision. */
  get size(): number {
    return this.#open.size;
  }

  /** The trace with an id, while it waits for a decision. */
  openTrace(traceId: string): OpenTrace | undefined {
    return this.#open.get(traceId);
  }

  /** Begins to hold a trace. */
  begin(traceId: string): OpenTrace {
    const trace = new OpenTrace(traceId, false);
    this.#open.set(traceId, trace);
    if (this.#open.size > this.#options.limits.maxTraces) this.#evictOldest();
    return trace;
  }

  /** Takes a span of a trace that has ended. */
  add(trace: OpenTrace, span: ReadableSpan, bytes: number): void {
    trace.openSpans -= 1;
    if (trace.decision !== 'open') {
      this.#addLate(trace, span);
      return;
    }
    trace.spans.push(span);
    trace.bytes += bytes;
    this.#spans += 1;
    this.#bytes += bytes;
    if (trace.openSpans === 0) {
      this.#decide(trace);
      return;
    }
    const { maxSpans, maxBytes } = this.#options.limits;
    while (this.#spans > maxSpans || this.#bytes > maxBytes) this.#evictOldest();
  }

  /** Decides every trace on what is known of it. */
  decideAll(): void {
    for (const trace of this.#open.values()) this.#decide(trace);
  }

  #evictOldest(): void {
    const [oldest] = this.#open.values();
    if (oldest === undefined) return;
    this.#options.onEvicted();
    this.#decide(oldest);
  }

  #decide(trace: OpenTrace): void {
    const kept = reasonToKeep(trace, this.#options.rules);
    const { spans } = trace;
    this.#open.delete(trace.traceId);
    this.#spans -= spans.length;
    this.#bytes -= trace.bytes;
    trace.spans = [];
    trace.roots = trace.roots.filter(({ ended }) => !ended);
    trace.bytes = 0;
    trace.decision = kept === undefined ? 'dropped' : 'kept';
    if (kept === undefined) return;
    this.#keep(kept.root, kept.reason);
    for (const span of spans) this.#handOn(span);
  }

  /** A span that ends after its trace was decided goes the way of its trace; an outermost span may still keep itself and what follows. */
  #addLate(trace: OpenTrace, span: ReadableSpan): void {
    const root = trace.roots.find((open) => Object.is(open, span));
    if (trace.decision === 'dropped' && root !== undefined) {
      const late = reasonToKeep({ roots: [root], spans: [span] }, this.#options.rules);
      if (late === undefined) return;
      trace.decision = 'kept';
      this.#keep(late.root, late.reason);
    }
    if (trace.decision !== 'dropped') this.#handOn(span);
  }

  #keep(root: RootSpan, reason: KeepReason): void {
    root.addLate(KEPT_BECAUSE, reason);
    this.#options.onKept(reason);
  }

  #handOn(span: ReadableSpan): void {
    if (span instanceof DeferredSpan) {
      span.complete();
      this.#options.handOn(span);
    } else {
      this.#options.handOn(this.#options.keepForeign(span));
    }
  }
}
