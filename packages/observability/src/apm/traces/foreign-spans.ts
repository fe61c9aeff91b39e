import { type Attributes, type AttributeValue, type Context, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { OpenTrace } from './open-trace.ts';

/** A span and the trace that it was counted in, which another trace with the same id may have followed since. */
interface Held {
  readonly trace: OpenTrace;
  readonly parent: Context;
}

/** The spans of other libraries in traces that wait for a decision. */
export class ForeignSpans {
  readonly #listeners: readonly SpanProcessor[];
  readonly #held = new WeakMap<object, Held>();

  /** @param listeners - the processors of the user */
  constructor(listeners: readonly SpanProcessor[]) {
    this.#listeners = listeners;
  }

  /** Counts a span that starts in a trace. */
  hold(span: Span, trace: OpenTrace, parent: Context): void {
    trace.openSpans += 1;
    this.#held.set(span, { trace, parent });
  }

  /** The trace that a span was counted in. */
  traceOf(span: object): OpenTrace | undefined {
    return this.#held.get(span)?.trace;
  }

  /** A span as it is sent, because its trace is kept. Processors get its start only now. */
  keep(span: ReadableSpan): ReadableSpan {
    const kept = asSampled(span);
    const parent = this.#held.get(span)?.parent;
    if (parent === undefined) return kept;
    for (const listener of this.#listeners) {
      listener.onStart(kept, parent);
      listener.onEnding?.(kept);
    }
    return kept;
  }
}

/** A span that is flagged as sampled, because exporters drop others, and that still takes attributes. */
function asSampled(span: ReadableSpan): Span {
  const context = { ...span.spanContext(), traceFlags: TraceFlags.SAMPLED };
  const attributes: Attributes = { ...span.attributes };
  return Object.create(span, {
    spanContext: { value: () => context },
    attributes: { value: attributes },
    setAttribute: {
      value(this: Span, name: string, value: AttributeValue) {
        attributes[name] = value;
        return this;
      },
    },
    setAttributes: {
      value(this: Span, more: Attributes) {
        Object.assign(attributes, more);
        return this;
      },
    },
  }) as Span;
}
