import {
  type Context,
  context as contexts,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  type Span,
  type SpanOptions,
  TraceFlags,
  type Tracer,
  trace as traces,
} from '@opentelemetry/api';
import type { OwnTracerProvider } from './own-tracer-provider.ts';

/**
 * Tracers for a process that sends its spans nowhere: they record nothing and need no SDK. Each trace has an id that lines of logs and
 * other services can be joined by, and a trace that comes from another service goes on to the next one as it came.
 */
export class UnrecordedTracers implements OwnTracerProvider {
  readonly #tracer = new UnrecordedTracer();

  getTracer(): UnrecordedTracer {
    return this.#tracer;
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

/** The class of spans that hold ids and nothing else, which the API does not export. */
const IdsOnly = traces.wrapSpanContext(INVALID_SPAN_CONTEXT).constructor;

type Work<T> = (span: Span) => T;

class UnrecordedTracer implements Tracer {
  startSpan(_name: string, { root = false }: SpanOptions = {}, context: Context = contexts.active()): Span {
    const around = root ? undefined : traces.getSpan(context);
    const outer = around?.spanContext();
    if (around !== undefined && outer !== undefined && isSpanContextValid(outer)) {
      // What the caller sets or ends is not to be a span of another provider: only its ids are shared.
      return around instanceof IdsOnly ? around : traces.wrapSpanContext(outer);
    }
    return traces.wrapSpanContext({ ...newIds(), traceFlags: TraceFlags.NONE });
  }

  startActiveSpan<T>(name: string, ...rest: [Work<T>] | [SpanOptions, Work<T>] | [SpanOptions, Context, Work<T>]): T {
    const [options, parent, work] = read(rest);
    const span = this.startSpan(name, options, parent);
    return contexts.with(traces.setSpan(parent, span), work, undefined, span);
  }
}

function read<T>(
  given: [Work<T>] | [SpanOptions, Work<T>] | [SpanOptions, Context, Work<T>],
): readonly [SpanOptions, Context, Work<T>] {
  if (given.length === 3) return given;
  if (given.length === 2) return [given[0], contexts.active(), given[1]];
  return [{}, contexts.active(), given[0]];
}

/** Memory for the ids of one root, which are read before the next root starts. */
const RANDOM = Buffer.alloc(24);

/** The ids of a root. They name a trace and keep no secret, so fast random numbers will do. */
function newIds(): { readonly traceId: string; readonly spanId: string } {
  for (let index = 0; index < RANDOM.length; index += 4) RANDOM.writeUInt32BE((Math.random() * 2 ** 32) >>> 0, index);
  return { traceId: RANDOM.toString('hex', 0, 16), spanId: RANDOM.toString('hex', 16) };
}
